package org.vaxroute.boot.check;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What a file of XML routes gives a name to. Names are one namespace over all files, whatever they are written in. */
final class XmlRoutes {
    private static final Set<String> NAMED = Set.of("route", "routeConfiguration");

    private XmlRoutes() {}

    enum Kind {
        ROUTE,
        ROUTE_CONFIGURATION,
        STEP,
        /** The URI that a route begins with. */
        ENTRANCE
    }

    /** @param line on which the element's opening tag ends */
    record Named(Kind kind, String name, int line) {}

    /**
     * Reads a whole document, in its order.
     *
     * @throws XMLStreamException when it is no XML; says where
     */
    static List<Named> read(String text) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        // A route file names no other files.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
        List<Named> all = new ArrayList<>();
        int inside = 0;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamReader.START_ELEMENT) {
                String element = reader.getLocalName();
                String id = reader.getAttributeValue(null, "id");
                if (NAMED.contains(element)) {
                    inside++;
                    add(all, element.equals("route") ? Kind.ROUTE : Kind.ROUTE_CONFIGURATION, id, reader);
                } else if (inside > 0) {
                    add(all, Kind.STEP, id, reader);
                    if (element.equals("from")) {
                        add(all, Kind.ENTRANCE, reader.getAttributeValue(null, "uri"), reader);
                    }
                }
            } else if (event == XMLStreamReader.END_ELEMENT && NAMED.contains(reader.getLocalName())) {
                inside--;
            }
        }
        return all;
    }

    private static void add(List<Named> all, Kind kind, String name, XMLStreamReader reader) {
        if (name != null && !name.isEmpty()) {
            all.add(new Named(kind, name, reader.getLocation().getLineNumber()));
        }
    }
}

package org.vaxroute.bench;

import ca.uhn.hl7v2.HL7Exception;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;

/**
 * The rival: the route that an engineer writes in an afternoon. File, split on MSH, HAPI unmarshal with validation,
 * marshal, aggregate, SFTP. It keeps no ledger, so a kill loses or repeats messages; it is the speed to beat all the same.
 */
final class NaiveRoute {

    private static final int PER_FILE = 5_000;

    private NaiveRoute() {}

    /** Sends the messages of a folder's one file and returns how long it took and how many went out or were refused. */
    static Timed run(Path folder, int messages, BenchServer server) throws Exception {
        AtomicLong refused = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        AggregationStrategy join = NaiveRoute::join;
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(HL7Exception.class).handled(true).process(e -> refused.incrementAndGet());
                    from("file:" + folder + "?noop=true&initialDelay=0&delay=100")
                            .split(body().tokenize("MSH\\|"))
                            .streaming()
                            .filter(simple("${body} contains 'VXU^V04'"))
                            .transform(simple("MSH|${body}"))
                            .unmarshal()
                            .hl7(true)
                            .marshal()
                            .hl7(false)
                            .aggregate(constant(true), join)
                            .completionSize(PER_FILE)
                            .completionTimeout(500)
                            .setHeader(Exchange.FILE_NAME, simple("naive-${exchangeId}.hl7"))
                            .to("sftp:127.0.0.1:" + server.port() + "/drop-off?username=" + BenchServer.USER
                                    + "&password=RAW(" + BenchServer.PASSWORD + ")&knownHostsFile=" + server.knownHosts()
                                    + "&strictHostKeyChecking=yes&useUserKnownHostsFile=false&tempPrefix=.t-&stepwise=false")
                            .process(e -> sent.addAndGet(e.getProperty(Exchange.AGGREGATED_SIZE, Integer.class)));
                }
            });
            long start = System.nanoTime();
            context.start();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> sent.get() + refused.get() >= messages);
            return new Timed(Duration.ofNanos(System.nanoTime() - start), sent.get(), refused.get());
        }
    }

    private static Exchange join(Exchange old, Exchange next) {
        StringBuilder text = old == null ? new StringBuilder() : old.getMessage().getBody(StringBuilder.class);
        text.append(next.getMessage().getBody(String.class));
        Exchange joined = old == null ? next : old;
        joined.getMessage().setBody(text);
        return joined;
    }

    /** How long a run took and what became of its messages. */
    record Timed(Duration took, long sent, long refused) {

        double perSecond() {
            return (sent + refused) / (took.toNanos() / 1e9);
        }
    }
}

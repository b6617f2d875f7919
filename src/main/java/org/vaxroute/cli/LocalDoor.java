package org.vaxroute.cli;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.vaxroute.ledger.EditableText;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.operate.access.Caller;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.held.RecordSheet;

/** The operations of a home that no server runs for, in this process. */
final class LocalDoor implements Door {
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final House.Opened opened;
    private final Caller caller = new Caller(
            System.getProperty("user.name", "unknown") + " (command line)", Role.STEWARD, Caller.Door.COMMAND_LINE);

    /** @param opened closed with this door */
    LocalDoor(House.Opened opened) {
        this.opened = opened;
    }

    @Override
    public boolean server() {
        return false;
    }

    @Override
    public List<String> names(String type) {
        return all(type).stream().map(BeanNames::nameIn).sorted().toList();
    }

    @Override
    public Object read(String type, String name, String attribute) {
        return asCaller(() -> beans.getAttribute(full(type, name), attribute));
    }

    @Override
    public Object call(String type, String name, String operation, Object... arguments) {
        return asCaller(() -> {
            ObjectName bean = full(type, name);
            return beans.invoke(bean, operation, arguments, signature(bean, operation, arguments.length));
        });
    }

    @Override
    public String record(long id, String form, String why) {
        return (String) asCaller(() -> {
            RecordSheet sheet = opened.records().show(id, why).orElseThrow(() -> none(id));
            return form.equals("json") ? sheet.json() : sheet.text(form.equals("text"));
        });
    }

    @Override
    public EditableText message(long id, String why) {
        return (EditableText) asCaller(() -> opened.records().message(id, why).orElseThrow(() -> none(id)));
    }

    private static CommandFailed none(long id) {
        return new CommandFailed("There is no record " + id + ".");
    }

    @Override
    public EditableText open(long id, String why) {
        return (EditableText) asCaller(() -> opened.records().open(id, why));
    }

    @Override
    public String edit(long id, byte[] text, String version, String why) {
        return (String) asCaller(() -> opened.records().edit(id, text, version, why));
    }

    @Override
    public long export(Export export, OutputStream out) {
        return (Long) asCaller(() -> switch (export.what()) {
            case "tasks" -> opened.records().tasks(export.connection(), export.rule(), export.why(), out);
            case "birthdays" -> opened.records().birthdays(export.connection(), export.days(), export.why(), out);
            case "consent" -> opened.records().consent(export.connection(), export.source(), export.why(), out);
            default ->
                opened.records()
                        .held(HeldFilter.of(export.connection(), export.source(), export.rule()), export.why(), out);
        });
    }

    private String[] signature(ObjectName bean, String operation, int arguments) throws JMException {
        for (MBeanOperationInfo info : beans.getMBeanInfo(bean).getOperations()) {
            if (info.getName().equals(operation) && info.getSignature().length == arguments) {
                return java.util.Arrays.stream(info.getSignature())
                        .map(parameter -> parameter.getType())
                        .toArray(String[]::new);
            }
        }
        throw new CommandFailed("The operation " + operation + " is not known.");
    }

    private ObjectName full(String type, String name) {
        return all(type).stream()
                .filter(bean -> BeanNames.nameIn(bean).equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandFailed(BeanNames.unknown(type, name, names(type))));
    }

    private List<ObjectName> all(String type) {
        try {
            return List.copyOf(beans.queryNames(new ObjectName("org.vaxroute:type=" + type + ",*"), null));
        } catch (JMException e) {
            throw new IllegalArgumentException("\"" + type + "\" is no type of bean", e);
        }
    }

    private Object asCaller(java.util.concurrent.Callable<Object> work) {
        try {
            return caller.call(work);
        } catch (RuntimeMBeanException e) {
            throw new CommandFailed(e.getTargetException().getMessage(), e);
        } catch (MBeanException e) {
            throw new CommandFailed(e.getTargetException().getMessage(), e);
        } catch (InstanceNotFoundException e) {
            throw new CommandFailed("The operation is not there: " + e.getMessage(), e);
        } catch (WrongTransition | IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailed("The operation could not be carried out: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            opened.close();
        } catch (Exception e) {
            throw new CommandFailed("The ledger could not be closed cleanly: " + e.getMessage(), e);
        }
    }
}

package org.vaxroute.operate.access;

import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.security.auth.Subject;

/**
 * Who is calling, for the guard and for the trail.
 *
 * @param name the person's name, as logged in or as the command line's account says it
 * @param role what the person may do
 * @param door the way in
 */
public record Caller(String name, Role role, Door door) {
    private static final ThreadLocal<Caller> CURRENT = new ThreadLocal<>();

    /** Principals that bear the name of a role: Tomcat's users in a hawtio-war have no other, so nobody's name is known there. */
    private static final Pattern ROLES = Pattern.compile("Role|TomcatPrincipal");

    /** The ways in. */
    public enum Door {
        /** Hawtio, after a login. */
        CONSOLE,
        /** The command line on this machine, with the token that only the server's account can read. */
        COMMAND_LINE
    }

    /** The caller of the present request; empty outside of one. */
    public static Optional<Caller> current() {
        Caller caller = CURRENT.get();
        return caller != null ? Optional.of(caller) : fromSubject(Subjects.current());
    }

    /**
     * Who an operation is put down to on the trail. What comes over plain JMX is marked as such, with the name that the console of a server around
     * us gives, if it gives one.
     */
    public static String who() {
        return current().map(Caller::name).orElseGet(() -> nameElsewhere(Subjects.current())
                .map(name -> "jmx:" + name)
                .orElse("jmx"));
    }

    private static Optional<String> nameElsewhere(Subject subject) {
        return subject == null
                ? Optional.empty()
                : subject.getPrincipals().stream()
                        .filter(principal -> !ROLES.matcher(principal.getClass().getSimpleName())
                                .find())
                        .map(Principal::getName)
                        .filter(name -> name != null && !name.isBlank())
                        .findFirst();
    }

    /** Does the work in the name of this caller. */
    public <T> T call(Callable<T> work) throws Exception {
        Caller before = CURRENT.get();
        CURRENT.set(this);
        try {
            return work.call();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }

    /** The person that a login of the console gave this subject. */
    public static Optional<Caller> of(Subject subject) {
        return fromSubject(subject);
    }

    private static Optional<Caller> fromSubject(Subject subject) {
        if (subject == null) {
            return Optional.empty();
        }
        Optional<Role> role = subject.getPrincipals(RolePrincipal.class).stream()
                .map(RolePrincipal::role)
                .max(Role::compareTo);
        Optional<String> name = subject.getPrincipals(UserPrincipal.class).stream()
                .map(UserPrincipal::name)
                .findFirst();
        return role.flatMap(known -> name.map(user -> new Caller(user, known, Door.CONSOLE)));
    }

    /** Reads the current subject by whichever way the running Java has; the old one is gone in later versions. */
    private static final class Subjects {
        private static final Method CURRENT_SUBJECT = find();

        static Subject current() {
            try {
                if (CURRENT_SUBJECT.getDeclaringClass() == Subject.class && CURRENT_SUBJECT.getParameterCount() == 0) {
                    return (Subject) CURRENT_SUBJECT.invoke(null);
                }
                Class<?> controller = Class.forName("java.security.AccessController");
                Object context = controller.getMethod("getContext").invoke(null);
                return (Subject) CURRENT_SUBJECT.invoke(null, context);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("This Java has no way to the current subject", e);
            }
        }

        private static Method find() {
            try {
                return Subject.class.getMethod("current");
            } catch (NoSuchMethodException beforeJava18) {
                try {
                    return Subject.class.getMethod("getSubject", Class.forName("java.security.AccessControlContext"));
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("This Java has no way to the current subject", e);
                }
            }
        }
    }
}

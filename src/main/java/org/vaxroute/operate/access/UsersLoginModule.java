package org.vaxroute.operate.access;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;

/** Lets people of the users file in, by the platform's own login interface, which is what Hawtio asks. */
public final class UsersLoginModule implements LoginModule {
    /** The realm that {@link #install} sets up. */
    public static final String REALM = "vaxroute";

    private static final String USERS = "users";

    private Subject subject;
    private CallbackHandler callbacks;
    private Users users;
    private Users.User found;
    private UserPrincipal user;
    private RolePrincipal role;

    /** Makes these users known to the platform; other realms keep what they had. */
    public static void install(Users users) {
        Configuration before = existing();
        AppConfigurationEntry entry = new AppConfigurationEntry(
                UsersLoginModule.class.getName(),
                AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
                Map.of(USERS, users));
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String realm) {
                if (realm.equals(REALM)) {
                    return new AppConfigurationEntry[] {entry};
                }
                return before == null ? null : before.getAppConfigurationEntry(realm);
            }
        });
    }

    private static Configuration existing() {
        try {
            return Configuration.getConfiguration();
        } catch (SecurityException noneConfigured) {
            return null;
        }
    }

    @Override
    public void initialize(
            Subject subject, CallbackHandler callbackHandler, Map<String, ?> sharedState, Map<String, ?> options) {
        this.subject = subject;
        this.callbacks = callbackHandler;
        this.users = (Users) options.get(USERS);
    }

    @Override
    public boolean login() throws LoginException {
        NameCallback name = new NameCallback("name");
        PasswordCallback password = new PasswordCallback("password", false);
        try {
            callbacks.handle(new Callback[] {name, password});
        } catch (IOException | UnsupportedCallbackException e) {
            throw (LoginException) new LoginException("The login could not be asked for").initCause(e);
        }
        char[] given = password.getPassword() == null ? new char[0] : password.getPassword();
        found = users.logIn(name.getName() == null ? "" : name.getName(), given)
                .orElseThrow(() -> new FailedLoginException("Name or password is wrong"));
        user = new UserPrincipal(found.name());
        role = new RolePrincipal(found.role());
        return true;
    }

    @Override
    public boolean commit() {
        subject.getPrincipals().addAll(Set.of(user, role));
        subject.getPrivateCredentials().add(found);
        return true;
    }

    @Override
    public boolean abort() {
        return logout();
    }

    @Override
    public boolean logout() {
        if (user != null) {
            subject.getPrincipals().removeAll(Set.of(user, role));
            subject.getPrivateCredentials().remove(found);
        }
        return true;
    }
}

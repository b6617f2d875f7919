package org.vaxroute.practice;

import java.nio.file.Path;
import java.util.List;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfiguration;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** The practice registry's FTPS server: implicit TLS 1.2 or newer on loopback, passive data connections, one account. */
final class FtpsDoor implements AutoCloseable {
    private final FtpServer server;

    private FtpsDoor(FtpServer server) {
        this.server = server;
    }

    static FtpsDoor open(RegistryFolder folder, RegistryOptions options, Path keyStore, int port) {
        SslConfigurationFactory tls = new SslConfigurationFactory();
        tls.setKeystoreFile(keyStore.toFile());
        tls.setKeystoreType("PKCS12");
        tls.setKeystorePassword(RegistryCertificates.PASSWORD);
        tls.setKeyPassword(RegistryCertificates.PASSWORD);
        tls.setSslProtocol("TLSv1.2", "TLSv1.3");
        SslConfiguration configuration = tls.createSslConfiguration();
        DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
        data.setImplicitSsl(true);
        data.setSslConfiguration(configuration);
        data.setActiveEnabled(false);
        data.setPassiveAddress("127.0.0.1");
        if (!options.passivePorts().isEmpty()) {
            data.setPassivePorts(options.passivePorts());
        }
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(port);
        listener.setImplicitSsl(true);
        listener.setSslConfiguration(configuration);
        listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        FtpServerFactory factory = new FtpServerFactory();
        factory.addListener("default", listener.createListener());
        factory.setUserManager(users(folder, options));
        FtpServer server = factory.createServer();
        try {
            server.start();
        } catch (FtpException e) {
            throw new PracticeException("the practice registry's FTPS server cannot start on port " + port, e);
        }
        return new FtpsDoor(server);
    }

    private static UserManager users(RegistryFolder folder, RegistryOptions options) {
        UserManager users = new PropertiesUserManagerFactory().createUserManager();
        BaseUser user = new BaseUser();
        user.setName(options.user());
        user.setPassword(options.password());
        user.setHomeDirectory(folder.account().toAbsolutePath().toString());
        user.setAuthorities(List.of(new WritePermission()));
        try {
            users.save(user);
        } catch (FtpException e) {
            throw new PracticeException("the practice registry's FTPS account cannot be made", e);
        }
        return users;
    }

    @Override
    public void close() {
        server.stop();
    }
}

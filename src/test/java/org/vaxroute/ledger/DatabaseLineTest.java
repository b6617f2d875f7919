package org.vaxroute.ledger;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:ehr",
                "jdbc:postgresql://localhost/ehr",
                "jdbc:postgresql://127.0.0.1:5433,[::1]:5434/ehr",
                "jdbc:postgresql://db.example/ehr?sslmode=verify-full&sslrootcert=ca.pem",
                "jdbc:mariadb://localhost/openemr",
                "jdbc:mariadb://127.0.0.1:3307/openemr",
                "jdbc:mariadb://localhost/openemr?localSocket=/run/mysqld/mysqld.sock",
                "jdbc:mariadb://db.example/openemr?sslMode=verify-full&serverSslCert=/srv/ca.pem",
                "jdbc:mariadb:loadbalance://a.example,b.example/openemr?sslMode=VERIFY_FULL",
                "jdbc:sqlserver://localhost:1433;databaseName=ehr",
                "jdbc:sqlserver://localhost\\\\sql;databaseName=ehr;encrypt=false",
                "jdbc:sqlserver://db.example:1433;databaseName=ehr;encrypt=true;trustServerCertificate=false",
                "jdbc:sqlserver://db.example\\\\sql;Encrypt=Strict;databaseName=ehr",
                "jdbc:h2:mem:ehr",
                "jdbc:h2:file:/srv/ehr",
                "jdbc:h2:~/tcp",
                "jdbc:h2:tcp://localhost:9092/ehr"
            })
    void aServerThatIsHereOrCheckedIsTaken(String url) {
        assertThatCode(() -> DatabaseLine.requireTrusted("source.rows", url)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example/ehr",
                "jdbc:postgresql://db.example/ehr?sslmode=require",
                "jdbc:postgresql://localhost,db.example:5432/ehr",
                "jdbc:postgresql://localhost.example:5432/ehr",
                "jdbc:postgresql://127.0.0.1.example/ehr",
                "jdbc:postgresql://db.example/ehr?ApplicationName=sslmode=verify-full",
                "jdbc:postgresql://db.example/ehr?sslmode=verify-ca",
                "jdbc:postgresql://db.example/ehr?sslmode=verify-full&sslmode=disable",
                "jdbc:mariadb://db.example/openemr",
                "jdbc:mariadb://db.example/openemr?useSsl=true&trustServerCertificate=true",
                "jdbc:mariadb://db.example/openemr?sslMode=trust",
                "jdbc:mariadb://db.example/openemr?sslMode=verify-ca",
                "jdbc:mariadb:sequential://localhost,db.example/openemr",
                "jdbc:mariadb://db.example/openemr?sessionVariables=sslMode=verify-full",
                "jdbc:sqlserver://db.example:1433;databaseName=ehr",
                "jdbc:sqlserver://localhost;serverName=db.example;databaseName=ehr",
                "jdbc:sqlserver://;serverName=db.example",
                "jdbc:sqlserver://localhost;failoverPartner=db.example;databaseName=ehr",
                "jdbc:sqlserver://db.example;encrypt=optional",
                "jdbc:sqlserver://db.example;encrypt=true;encrypt=false",
                "jdbc:sqlserver://db.example;applicationName={;encrypt=true}"
            })
    void aServerElsewhereThatNobodyChecksIsRefused(String url) {
        assertThatThrownBy(() -> DatabaseLine.requireTrusted("source.rows", url))
                .hasMessageContaining("source.rows.url")
                .hasMessageContaining("names a database on another machine without")
                .hasMessageContaining("source.rows.plain-text = true");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db.example/ehr?sslmode=verify-full&sslfactory=org.postgresql.ssl.NonValidatingFactory, sslfactory",
        "jdbc:mariadb://db.example/ehr?sslMode=verify-full&tlsSocketType=own, tlsSocketType",
        "jdbc:mariadb://db.example/ehr?sslMode=verify-full&socketFactory=own, socketFactory",
        "jdbc:sqlserver://db.example;encrypt=true;trustServerCertificate=true, trustServerCertificate",
        "jdbc:sqlserver://db.example;encrypt=true;trustManagerClass=own, trustManagerClass",
    })
    void whatLetsACertificatePassUncheckedIsRefused(String url, String by) {
        assertThatThrownBy(() -> DatabaseLine.requireTrusted("source.rows", url))
                .hasMessageContaining("sets " + by);
    }

    @Test
    void aServerOfH2ElsewhereAndADriverThatIsNotKnownAreRefused() {
        assertThatThrownBy(() -> DatabaseLine.requireTrusted("source.rows", "jdbc:h2:ssl://db.example/ehr"))
                .hasMessageContaining("a server of H2");
        assertThatThrownBy(() -> DatabaseLine.requireTrusted("source.rows", "jdbc:oracle:thin:@tcps://db.example/ehr"))
                .hasMessageContaining("does not know")
                .hasMessageContaining("source.rows.plain-text = true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example:port/ehr",
                "jdbc:sqlserver:db.example",
                "jdbc:mariadb://db.example:port/ehr"
            })
    void whatItsDriverCannotReadIsRefused(String url) {
        assertThatThrownBy(() -> DatabaseLine.requireTrusted("source.rows", url))
                .hasMessageContaining("cannot read");
    }
}

package io.godwit.criu.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.source.options.OptionException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    @Test
    void aLineIsANameAndItsValue() {
        String text = """
                # of the house
                tcp-established
                  no-file-locks   # not here
                ghost-limit\t32M
                verbosity 4
                action-script "/opt/my scripts/net \\"up\\".sh"   # with blanks
                log-file ""

                """;

        assertThat(ConfigFile.parse(text, "test.conf"))
                .containsExactly(
                        Setting.of(CriuOption.TCP_ESTABLISHED, true),
                        Setting.of(CriuOption.FILE_LOCKS, false),
                        Setting.of(CriuOption.GHOST_LIMIT, "32M"),
                        Setting.of(CriuOption.VERBOSITY, "4"),
                        Setting.of(CriuOption.ACTION_SCRIPT, "/opt/my scripts/net \"up\".sh"),
                        Setting.of(CriuOption.LOG_FILE, ""));
    }

    @Test
    void aFileThatIsNotThereHasNoSettings() {
        assertThat(ConfigFile.read(Path.of("/no/such/file.conf"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            ghost-limit 1M 2M      | too much
            dump                   | is a command
            --tcp-established      | there is no option '--tcp-established'
            tcp-estab              | there is no option 'tcp-estab'
            ghost-limit            | needs a value
            tcp-established yes    | takes no value
            log-file "a b          | no second one
            """)
    void aWrongLineIsNamed(String line, String message) {
        assertThatThrownBy(() -> ConfigFile.parse("# first\n" + line + "\n", "test.conf"))
                .isInstanceOf(OptionException.class)
                .hasMessageStartingWith("test.conf:2: ")
                .hasMessageContaining(message);
    }
}

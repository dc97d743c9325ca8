package io.godwit.criu.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Setting;
import io.godwit.criu.options.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionScriptsTest {
    @TempDir
    private Path directory;

    @Test
    void aScriptLearnsWhatItNeedsFromItsEnvironment() throws IOException {
        String script = script(
                "one", "echo $CRTOOLS_SCRIPT_ACTION $CRTOOLS_INIT_PID $# > said; ls $CRTOOLS_IMAGE_DIR/ >> said");

        run(Stage.PRE_DUMP, OptionalInt.of(42), script);

        assertThat(directory.resolve("said")).hasContent("pre-dump 42 0\none\nsaid\n");
    }

    @Test
    void aPidThatIsNotKnownYetIsNotSet() throws IOException {
        run(Stage.PRE_RESTORE, OptionalInt.empty(), script("one", "echo ${CRTOOLS_INIT_PID-unset} > said"));

        assertThat(directory.resolve("said")).hasContent("unset\n");
    }

    @Test
    void allRunAndEachThatRefusesIsNamed() throws IOException {
        String refuses = script("refuses", "exit 3");
        String dies = script("dies", "kill -KILL $$");
        String agrees = script("agrees", "echo ran > said");

        assertThatThrownBy(() -> run(Stage.POST_DUMP, OptionalInt.of(42), agrees, "/no/such/script", dies, refuses))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(refuses + " at post-dump gave exit code 3;")
                .hasMessageContaining(dies + " at post-dump gave exit code 137, as one does that a signal ends;")
                .hasMessageContaining("/no/such/script at post-dump can not be run");
        assertThat(directory.resolve("said")).hasContent("ran\n");
    }

    @Test
    void withoutScriptsNoDirectoryIsNeeded() {
        Settings settings = new Settings().add(Setting.of(CriuOption.IMAGES_DIR, "/no/such/directory"));

        assertThatCode(() -> {
                    try (ActionScripts none = ActionScripts.of(CriuOptions.of(settings))) {
                        none.reached(Stage.PRE_DUMP, OptionalInt.of(42));
                    }
                })
                .doesNotThrowAnyException();
    }

    private void run(Stage stage, OptionalInt root, String... scripts) throws IOException {
        Settings settings = new Settings().add(Setting.of(CriuOption.IMAGES_DIR, directory.toString()));
        for (String script : scripts) {
            settings.add(Setting.of(CriuOption.ACTION_SCRIPT, script));
        }
        try (ActionScripts all = ActionScripts.of(CriuOptions.of(settings))) {
            all.reached(stage, root);
        }
    }

    private String script(String name, String body) throws IOException {
        Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }
}

package io.godwit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house that a machine can check. Each failure names the file and the line. */
class TidyTest {
    private static final Path CHECKOUT = Checkout.root();
    private static final int MAX_JAVA_LINES = 500;
    private static final int MAX_C_LINES = 900;

    /** What may be imported, by module; the package that follows io.godwit decides. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "image-format", Set.of("image", "plugin"),
            "native", Set.of("linux"),
            "page-server", Set.of("image", "page", "handover"),
            "source-agent", Set.of("image", "plugin", "linux", "page", "handover", "source"),
            "target-agent", Set.of("image", "plugin", "linux", "page", "handover", "target"));

    private static final Pattern IMPORT = Pattern.compile("import (?:static )?io\\.godwit\\.(\\w+).*");
    private static final Pattern DEFAULT_CHARSET =
            Pattern.compile("\\.getBytes\\(\\)|new FileReader\\(|new FileWriter\\(|Charset\\.defaultCharset\\(");
    private static final Pattern EMPTY_JAVADOC = Pattern.compile("/\\*\\*[\\s*]*\\*/");
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\.sleep\\(|TimeUnit\\.\\w+\\.sleep\\(");
    private static final Pattern ELSEWHERE = Pattern.compile("\\.\\./shared\\b|/work/");

    @Test
    void filesAreReadInOneSitting() {
        List<String> long_ = new ArrayList<>();
        java().filter(file -> lines(file).size() > MAX_JAVA_LINES).forEach(file -> long_.add(name(file)));
        sources(".c", ".h").filter(file -> lines(file).size() > MAX_C_LINES).forEach(file -> long_.add(name(file)));
        assertThat(long_).isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        assertThat(matches(java().filter(TidyTest::isTest), SLEEP)).isEmpty();
    }

    @Test
    void onlyMainEndsTheProcess() {
        Pattern exit = Pattern.compile("System\\.exit\\(|\\.halt\\(");
        Pattern main = Pattern.compile("static void main\\(");
        List<String> strays =
                matches(java().filter(file -> !main.matcher(text(file)).find()), exit);
        assertThat(strays).isEmpty();
    }

    @Test
    void textIsNeverInTheDefaultCharset() {
        assertThat(matches(java(), DEFAULT_CHARSET)).isEmpty();
    }

    @Test
    void noJavadocIsEmpty() {
        List<String> empty = java().filter(
                        file -> EMPTY_JAVADOC.matcher(text(file)).find())
                .map(TidyTest::name)
                .toList();
        assertThat(empty).isEmpty();
    }

    @Test
    void everyFileOfTheModulesSaysWhatItIsFor() {
        List<String> silent = java().filter(Predicate.not(TidyTest::isTest))
                .filter(file -> !text(file).contains("/**"))
                .map(TidyTest::name)
                .toList();
        assertThat(silent).isEmpty();
    }

    @Test
    void modulesUseOnlyWhatLiesBelowThem() {
        List<String> strays = new ArrayList<>();
        ARROWS.forEach((module, allowed) -> javaIn(CHECKOUT.resolve(module))
                .forEach(file -> lines(file).stream()
                        .map(IMPORT::matcher)
                        .filter(matcher -> matcher.matches() && !allowed.contains(matcher.group(1)))
                        .forEach(matcher -> strays.add(name(file) + ": " + matcher.group()))));
        assertThat(strays).isEmpty();
    }

    @Test
    void nothingLeansOnWhatIsNotInTheCheckout() {
        Stream<Path> all = sources(".java", ".c", ".h", ".S", ".proto", ".md", ".sh", ".xml");
        assertThat(matches(all.filter(file -> !file.endsWith("TidyTest.java")), ELSEWHERE))
                .isEmpty();
    }

    private static List<String> matches(Stream<Path> files, Pattern pattern) {
        List<String> found = new ArrayList<>();
        files.forEach(file -> {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(name(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        });
        return found;
    }

    private static boolean isTest(Path file) {
        return name(file).contains("/src/test/");
    }

    private static String name(Path file) {
        return CHECKOUT.relativize(file).toString();
    }

    private static Stream<Path> java() {
        return javaIn(CHECKOUT);
    }

    private static Stream<Path> javaIn(Path directory) {
        return sources(directory, ".java").filter(file -> !file.endsWith("TidyTest.java"));
    }

    private static Stream<Path> sources(String... suffixes) {
        return sources(CHECKOUT, suffixes);
    }

    private static Stream<Path> sources(Path directory, String... suffixes) {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk
                    .filter(file -> !CHECKOUT.relativize(file).toString().matches("(.*/)?(target|build|\\.git)(/.*)?"))
                    .filter(file -> Stream.of(suffixes).anyMatch(file.toString()::endsWith))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

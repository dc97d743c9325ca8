package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares Java with what the C compiler says; the build writes layout.txt. */
class MachineLayoutTest {
    @Test
    void offsetsAreThoseOfTheCompiler() throws Exception {
        Map<String, Integer> java = new TreeMap<>();
        for (Field field : MachineLayout.class.getDeclaredFields()) {
            if (field.getType() == int.class && !field.getName().equals("ALIGNMENT_BYTES")) {
                java.put(field.getName(), field.getInt(null));
            }
        }
        Map<String, Integer> c = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("target/native/layout.txt"))) {
            String[] words = line.split(" ");
            if (words.length == 2) {
                c.put(words[0].toUpperCase(Locale.ROOT), Integer.parseInt(words[1]));
            }
        }
        assertThat(java).isEqualTo(c);
    }

    @Test
    void operationsHaveTheNumbersOfTheInterpreter() throws Exception {
        assertThat(numbers(OpCode.values(), OpCode::value)).isEqualTo(numbersInC("OpCode"));
    }

    @Test
    void expectationsHaveTheNumbersOfTheInterpreter() throws Exception {
        assertThat(numbers(Expectation.Kind.values(), Expectation.Kind::value)).isEqualTo(numbersInC("Expectation"));
    }

    @Test
    void statusesHaveTheNumbersOfTheInterpreter() throws Exception {
        assertThat(numbers(MachineStatus.values(), MachineStatus::value)).isEqualTo(numbersInC("MachineStatus"));
    }

    @Test
    void theBlobFitsItsPagesAndStopsWhereTheTracerExpectsIt() {
        byte[] text = MachineImage.text();
        assertThat(text.length).isLessThanOrEqualTo(MachineRegion.TEXT_BYTES);
        assertThat(text[MachineImage.TRAP_OFFSET]).as("int3").isEqualTo((byte) 0xcc);
    }

    @Test
    void slotsLieBehindEachOther() {
        MachineRegion region = new MachineRegion(0x10000, 2);
        assertThat(region.arena(0)).isEqualTo(0x10000 + 8192 + 16384);
        assertThat(region.arena(1)).isEqualTo(region.arena(0) + region.arenaBytes(0) + 16384);
        assertThat(region.arena(2)).isEqualTo(region.arena(1) + region.arenaBytes(1) + 16384);
        assertThat(region.end()).isEqualTo(region.arena(2) + region.arenaBytes(2));
    }

    private static <E extends Enum<E>> Map<String, Integer> numbers(E[] values, Function<E, Integer> number) {
        return Arrays.stream(values).collect(Collectors.toMap(Enum::name, number));
    }

    private static Map<String, Integer> numbersInC(String kind) throws Exception {
        return Files.readAllLines(Path.of("target/native/layout.txt")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words.length == 3 && words[0].equals(kind))
                .collect(Collectors.toMap(words -> words[1], words -> Integer.parseInt(words[2])));
    }
}

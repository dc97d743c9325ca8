package io.godwit.linux.terminal;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The settings of a terminal: struct termios of the kernel, as TCGETS gives it. Either end of a pseudo terminal has the slave's. */
public final class TerminalSettings {
    /** Of {@link #inputFlags}: characters stop and start the output. */
    public static final int IXON = 0x400;
    /** Of {@link #outputFlags}: output is processed. */
    public static final int OPOST = 1;
    /** Of {@link #localFlags}: input is read by lines. */
    public static final int ICANON = 2;
    /** Of {@link #localFlags}: the less common characters have a meaning. */
    public static final int IEXTEN = 0x8000;

    public static final int VERASE = 2;
    public static final int VKILL = 3;
    public static final int VEOF = 4;
    public static final int VSTOP = 9;
    public static final int VEOL = 11;
    public static final int VREPRINT = 12;
    public static final int VWERASE = 14;
    public static final int VLNEXT = 15;
    public static final int VEOL2 = 16;

    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGLCKTRMIOS = 0x5456;
    private static final int TIOCSLCKTRMIOS = 0x5457;
    private static final int BYTES = 36;
    private static final int OUTPUT = 4;
    private static final int CONTROL = 8;
    private static final int LOCAL = 12;
    private static final int LINE = 16;
    private static final int CHARACTERS = 17;
    private static final int CHARACTER_COUNT = 19;

    private final byte[] raw;

    private TerminalSettings(byte[] raw) {
        this.raw = raw;
    }

    /** From its fields; characters that are not given are off. */
    public static TerminalSettings of(int input, int output, int control, int local, int line, int... characters) {
        ByteBuffer b = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, input).putInt(OUTPUT, output).putInt(CONTROL, control).putInt(LOCAL, local);
        b.put(LINE, (byte) line);
        for (int i = 0; i < Math.min(CHARACTER_COUNT, characters.length); i++) {
            b.put(CHARACTERS + i, (byte) characters[i]);
        }
        return new TerminalSettings(b.array());
    }

    public static TerminalSettings read(Fd terminal) throws LinuxException {
        return read(terminal, TCGETS);
    }

    /** Which of the settings can not be changed: a bit for each. */
    public static TerminalSettings readLocks(Fd terminal) throws LinuxException {
        return read(terminal, TIOCGLCKTRMIOS);
    }

    private static TerminalSettings read(Fd terminal, int request) throws LinuxException {
        NativeMemory memory = NativeMemory.allocate(BYTES);
        Descriptors.ioctl(terminal, request, memory.address(), "the settings of a terminal");
        return new TerminalSettings(memory.bytes(0, BYTES));
    }

    /** Sets them at once; what waits in the terminal stays. */
    public void apply(Fd terminal) throws LinuxException {
        write(terminal, TCSETS);
    }

    public void applyLocks(Fd terminal) throws LinuxException {
        write(terminal, TIOCSLCKTRMIOS);
    }

    private void write(Fd terminal, int request) throws LinuxException {
        NativeMemory memory = NativeMemory.of(raw);
        Descriptors.ioctl(terminal, request, memory.address(), "the settings of a terminal");
        memory.during(0);
    }

    public int inputFlags() {
        return word(0);
    }

    public int outputFlags() {
        return word(OUTPUT);
    }

    public int controlFlags() {
        return word(CONTROL);
    }

    public int localFlags() {
        return word(LOCAL);
    }

    public int line() {
        return raw[LINE];
    }

    /** The control characters by their numbers; 0 is off. */
    public int[] characters() {
        int[] characters = new int[CHARACTER_COUNT];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = raw[CHARACTERS + i] & 0xff;
        }
        return characters;
    }

    /** The same with other input flags. */
    public TerminalSettings withInput(int flags) {
        return of(flags, outputFlags(), controlFlags(), localFlags(), line(), characters());
    }

    /** The same with other output flags. */
    public TerminalSettings withOutput(int flags) {
        return of(inputFlags(), flags, controlFlags(), localFlags(), line(), characters());
    }

    /** The same with other local flags. */
    public TerminalSettings withLocal(int flags) {
        return of(inputFlags(), outputFlags(), controlFlags(), flags, line(), characters());
    }

    /** The same with some control characters off. */
    public TerminalSettings without(int... numbers) {
        int[] characters = characters();
        for (int number : numbers) {
            characters[number] = 0;
        }
        return of(inputFlags(), outputFlags(), controlFlags(), localFlags(), line(), characters);
    }

    private int word(int at) {
        return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TerminalSettings settings && Arrays.equals(raw, settings.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }
}

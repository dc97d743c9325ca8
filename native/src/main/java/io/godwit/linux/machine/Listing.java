package io.godwit.linux.machine;

import io.godwit.linux.Syscall;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a program so that a person can read it and a test can compare it. */
final class Listing {
    private final Program program;
    private final StringBuilder out = new StringBuilder();

    Listing(Program program) {
        this.program = program;
    }

    String text() {
        Note shown = Note.NONE;
        for (int pc = 0; pc < program.instructions().size(); pc++) {
            Instruction instruction = program.instructions().get(pc);
            if (!instruction.note().equals(shown) && instruction.opCode() != OpCode.STOP) {
                shown = instruction.note();
                out.append("; ").append(shown.label());
                out.append(shown.advice().isEmpty() ? "" : " (" + shown.advice() + ")")
                        .append('\n');
            }
            out.append(String.format(Locale.ROOT, "%4d  %s%n", pc, line(instruction)));
        }
        for (DataSlot slot : program.slots()) {
            String content = program.items().get(slot.index()).listing();
            out.append(String.format(Locale.ROOT, "%4s  %s%n", slot, content));
        }
        return out.toString();
    }

    private static String line(Instruction instruction) {
        String arguments =
                instruction.arguments().stream().map(Operand::toString).collect(Collectors.joining(", "));
        String result = instruction.opCode().writesRegister() ? "r" + instruction.destination() + " = " : "";
        if (instruction.opCode() == OpCode.SYSCALL) {
            return result + Syscall.name(instruction.number()) + "(" + arguments + ")"
                    + expectation(instruction.expectation());
        }
        String name = instruction.opCode().name().toLowerCase(Locale.ROOT);
        String target = instruction.opCode().jumps() ? " -> " + instruction.number() : "";
        return (result + name + " " + arguments).stripTrailing() + target;
    }

    private static String expectation(Expectation expectation) {
        return switch (expectation.kind()) {
            case ANY -> " ?";
            case SUCCESS -> "";
            case EQUALS -> " must be " + expectation.value();
            case SUCCESS_OR_ERRNO -> " or " + MachineException.errnoName(expectation.value());
        };
    }
}

package io.godwit.criu;

import io.godwit.criu.options.CriuCommand;
import io.godwit.linux.check.KernelCheck;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words of the help that belong to a command. */
final class CommandTexts {
    private CommandTexts() {}

    static String header(CriuCommand command) {
        return switch (command) {
            case DUMP -> "Write a process tree to image files.";
            case PRE_DUMP -> "Write the memory of a process tree to image files while it runs.";
            case RESTORE -> "Restore a process tree from image files.";
            case LAZY_PAGES -> "Fill the memory of a restored tree while it runs.";
            case CHECK -> "Show what this kernel can and can not do.";
            case PAGE_SERVER -> "Receive pages of dumps elsewhere into image files.";
            case SERVICE -> "Serve requests over a unix socket.";
            case SWRK -> "Serve requests over an inherited socket.";
            case DEDUP -> "Free the disk blocks of pages that a newer dump of the same tree has replaced.";
            case CPUINFO -> "Write what this processor can do to an image, or compare it with one.";
            case EXEC -> "CRIU has it no more; godwit has its own.";
            case SHOW -> "CRIU has it no more: use 'godwit image show', or crit.";
        };
    }

    static String[] description(CriuCommand command) {
        return switch (command) {
            case DUMP ->
                new String[] {"The files are in CRIU's format. The tree is ended afterwards, unless told otherwise."};
            case PRE_DUMP ->
                new String[] {
                    "What is written from then on is kept track of, so that the next pre-dump or dump that names this one's directory with --prev-images-dir has only that to write.",
                    "A process of a few pages does this until the next dump, or until the tree ends."
                };
            case RESTORE ->
                new String[] {
                    "The tree gets the pids that it had. Without -d the command waits until the root has ended."
                };
            case LAZY_PAGES ->
                new String[] {
                    "Start it before 'restore --lazy-pages', with the same images and the same work directory. The tree runs as soon as all but its memory is restored; a page that it touches is given to it first, and all others meanwhile. The command ends when they are there.",
                    "The pages come from the images; with --page-server from a server, as 'page-server --lazy-pages' or 'dump --lazy-pages'.",
                    "When pages can not be had, or this command ends before all are there, the restored tree is killed: it would take zeros for its memory."
                };
            case SERVICE ->
                new String[] {
                    "Each client has a worker process of its own. Root may ask for all; another user may have own processes dumped.",
                    "The socket is criu_service.socket in the work directory unless --address names another, and anybody may connect."
                };
            case SWRK ->
                new String[] {
                    "libcriu, go-criu and runc start it so, by the name criu, with one end of a SOCK_SEQPACKET pair."
                };
            case DEDUP ->
                new String[] {
                    "Run it on the directory of the newest dump of a chain: its parents get holes, and its own files stay as they are.",
                    "The parents can no longer be restored from."
                };
            case CPUINFO -> new String[] {"What runs on the processor of the image can run here if the check says so."};
            case CHECK -> new String[] {"Features: " + String.join(" ", KernelCheck.criuFeatures())};
            default -> new String[0];
        };
    }

    static String operand(CriuCommand command) {
        return command == CriuCommand.SWRK ? "The socket." : "What to do.";
    }

    static Map<String, String> exitCodes(CriuCommand command) {
        Map<String, String> codes = new LinkedHashMap<>();
        switch (command) {
            case DUMP -> {
                codes.put("0", "the images are complete");
                codes.put("1", "it failed, and the tree runs on");
            }
            case PRE_DUMP -> {
                codes.put("0", "the images are complete");
                codes.put("1", "it failed; the tree and the images before are as they were");
            }
            case RESTORE -> {
                codes.put("0", "the tree runs");
                codes.put("1", "it failed, and nothing is left of the tree");
            }
            case LAZY_PAGES -> {
                codes.put("0", "all memory is filled, or with -d, a daemon fills it");
                codes.put("1", "it failed, and the restored tree was killed");
            }
            case CHECK -> {
                codes.put("0", "trees can leave and enter this host");
                codes.put("1", "something that is needed or asked for is missing");
            }
            case CPUINFO -> {
                codes.put("0", "the image is written; or this processor will do");
                codes.put("1", "this processor will not do, or the image can not be read");
            }
            case SWRK -> {
                codes.put("0", "the request was served");
                codes.put("1", "a dump or a restore failed");
            }
            default -> {
                codes.put("0", "done");
                codes.put("1", "it failed");
            }
        }
        codes.put("2", "an option or argument can not be used (as criu: 1)");
        if (command == CriuCommand.DUMP) {
            codes.put("255", "an action script refused at post-dump, and the tree runs on");
        } else if (command == CriuCommand.SWRK) {
            codes.put("255", "the request was turned away, or a pre-dump failed");
        } else if (command == CriuCommand.CPUINFO) {
            codes.put("255", "the image can not be written");
        }
        return codes;
    }

    /** Whether the help names it: not those that are only kept to say that they are gone. */
    static boolean shown(CriuCommand command) {
        return command != CriuCommand.EXEC && command != CriuCommand.SHOW;
    }
}

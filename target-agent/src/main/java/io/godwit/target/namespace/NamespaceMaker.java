package io.godwit.target.namespace;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.Images;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.RootDirectory;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.Program;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.List;

/** Makes the namespaces of a tree while its root is its only task. They are gone when that ends. */
public final class NamespaceMaker {
    private final NamespaceSnapshot snapshot;
    private final Images images;
    private static final int AT_FDCWD = -100;

    private final NamespaceOptions options;
    private final MountPlan mounts;
    private final NetworkMaker network;

    /**
     * Plans them.
     *
     * @throws RestoreException if they can not be made
     */
    public NamespaceMaker(NamespaceSnapshot snapshot, Images images, NamespaceOptions options) throws RestoreException {
        this.snapshot = snapshot;
        this.images = images;
        this.options = options;
        if (snapshot.network().isPresent()
                && !options.inherited().containsKey(snapshot.network().get())) {
            String name = snapshot.network().get();
            throw new RestoreException("the tree's network namespace " + name
                    + " stayed outside; pass a descriptor of it with --inherit-fd fd[N]:" + name);
        }
        if (!options.emptyNetwork() && !snapshot.filters().isEmpty()) {
            throw new RestoreException(snapshot.filters().get(0)
                    + " has packet filters of the tree's network namespace, which can not be restored yet; give"
                    + " --empty-ns net to have an empty one without them");
        }
        this.network = new NetworkMaker(options.emptyNetwork() ? List.of() : snapshot.devices());
        this.mounts = MountPlan.of(snapshot.mounts(), options);
    }

    /** The root of the tree. */
    public interface Root {
        /** Its pid here. */
        int pid();

        /** Runs a program in it. */
        void run(Program program) throws IOException;
    }

    /**
     * Makes them.
     *
     * @param free descriptors from this number on are free in the root
     */
    public void make(Root root, int free, NamespaceListener listener) throws IOException {
        Assembler a = new Assembler();
        int flags = snapshot.kinds().stream()
                .filter(kind -> kind != NamespaceKind.PID)
                .filter(kind -> kind != NamespaceKind.NET || snapshot.network().isEmpty())
                .mapToInt(NamespaceKind::flag)
                .reduce(0, (one, other) -> one | other);
        if (flags != 0) {
            a.label("make the namespaces of the tree").advice("this command needs CAP_SYS_ADMIN");
            a.call(Syscall.UNSHARE, imm(flags));
            root.run(a.build());
        }
        if (snapshot.network().isPresent()) {
            root.run(enterNetwork(snapshot.network().get()));
        }
        listener.made(root.pid());
        NamespaceSettings.write(root.pid(), snapshot);
        network.make(root.pid());
        if (snapshot.has(NamespaceKind.MNT)) {
            mount(root, free);
        }
        listener.filled(root.pid());
    }

    /** While the root still sees the /proc of this host. */
    private Program enterNetwork(String name) {
        String path = "/proc/" + ProcessHandle.current().pid() + "/fd/"
                + options.inherited().get(name);
        Assembler a = new Assembler();
        a.label("enter the network namespace " + name).advice("the descriptor must be of one; see --inherit-fd");
        Operand namespace = a.call(Syscall.OPENAT, imm(AT_FDCWD), a.string(path).address(), imm(0), imm(0));
        a.call(Syscall.SETNS, namespace, imm(NamespaceKind.NET.flag()));
        a.call(Syscall.CLOSE, namespace);
        return a.build();
    }

    private void mount(Root root, int free) throws IOException {
        Assembler a = new Assembler();
        MountPrograms programs = new MountPrograms(a);
        int number = free;
        for (MountStep step : mounts.steps()) {
            if (step instanceof MountStep.External external) {
                programs.take(external, number++);
            }
        }
        programs.separate();
        programs.enter(mounts);
        root.run(a.build());
        TmpfsFiller filler = new TmpfsFiller(images, RootDirectory.of(root.pid()));
        number = free;
        for (MountStep step : mounts.steps()) {
            Assembler one = new Assembler();
            new MountPrograms(one).make(step, number);
            root.run(one.build());
            if (step instanceof MountStep.External) {
                number++;
            }
            if (step.contents().isPresent()) {
                filler.fill(step.contents().get(), step.mount().getMountpoint());
            }
        }
        Assembler last = new Assembler();
        mounts.steps().forEach(new MountPrograms(last)::complete);
        mounts.top().ifPresent(new MountPrograms(last)::completeRoot);
        root.run(last.build());
    }
}

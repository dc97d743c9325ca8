package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** All targets by name. */
final class FuzzTargets {
    private FuzzTargets() {}

    /** Makes a target. */
    interface Maker {
        FuzzTarget make() throws IOException;
    }

    static Map<String, Maker> all(Path corpus) {
        Map<String, Maker> targets = new LinkedHashMap<>();
        targets.put("images", () -> new ImagesTarget(new Corpus(corpus)));
        targets.put("plan", () -> new PlanTarget(new Corpus(corpus)));
        targets.put("godwit-wire", GodwitWireTarget::new);
        targets.put("criu-wire", CriuWireTarget::new);
        targets.put("criu-answers", PageAnswersTarget::new);
        targets.put("lazy-server", () -> new LazyServerTarget(new Corpus(corpus)));
        targets.put("lazy-socket", () -> new RestoreSocketTarget(new Corpus(corpus)));
        targets.put("rpc", RpcTarget::new);
        targets.put("rpc-session", RpcSessionTarget::new);
        return targets;
    }
}

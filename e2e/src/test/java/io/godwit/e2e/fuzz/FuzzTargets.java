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
        targets.put("rpc", RpcTarget::new);
        return targets;
    }
}

package io.godwit.e2e.fuzz;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears of buffers that nobody gave back. It does so when they are collected, so some inputs after the one that is to blame. */
final class LeakWatch {
    private static final int INPUTS_BETWEEN_COLLECTIONS = 200;

    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(ResourceLeakDetector.class.getName());
    private int inputs;

    LeakWatch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                leaks.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    void require() {
        inputs++;
        if (inputs % INPUTS_BETWEEN_COLLECTIONS == 0) {
            System.gc();
        }
        if (!leaks.isEmpty()) {
            throw new IllegalStateException("this input or one of the last " + 2 * INPUTS_BETWEEN_COLLECTIONS
                    + " left a buffer: " + leaks.get(0));
        }
    }
}

package io.godwit.target.receive;

import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;

/** One thing that a pre-flight looks at. It changes nothing that stays. */
interface Check {
    void run(PreflightRequest request, Findings findings) throws IOException;
}

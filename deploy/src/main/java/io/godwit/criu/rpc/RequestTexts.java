package io.godwit.criu.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/** The texts of a request: names and paths, which have no NUL in them. */
final class RequestTexts {
    private RequestTexts() {}

    /**
     * Passes if none has.
     *
     * @throws RpcException that names the field of one which has
     */
    static void require(Message message) throws RpcException {
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            Object value = field.getValue();
            for (Object each : value instanceof List<?> list ? list : List.of(value)) {
                if (each instanceof Message inner) {
                    require(inner);
                } else if (each instanceof String text && text.indexOf('\0') >= 0) {
                    throw RpcException.badRequest(field.getKey().getName() + " has a NUL character in it");
                }
            }
        }
    }
}

package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/// One convolution, to find out whether a device computes: its library may load without a GPU behind it, and CUDA loads cuDNN only when the first convolution needs it.
///
/// `y = x * k` with `x` of 1x1x4x4 and `k` of 1x1x3x3, all ones: every number of `y` is 9.
final class ProbeNet {
    private static final long[] SHAPE = {1, 1, 4, 4};
    private static final int CELLS = 16;
    private static final float ANSWER = 9;

    private ProbeNet() {}

    /// The device computes something else.
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String found) {
            super(found);
        }
    }

    /// @throws OrtException if the device fails
    /// @throws Wrong if it answers wrongly
    static void run(OrtEnvironment environment, SessionOptions options) throws OrtException, Wrong {
        FloatBuffer ones = ByteBuffer.allocateDirect(CELLS * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < CELLS; i++) {
            ones.put(i, 1);
        }
        try (OrtSession session = environment.createSession(graph(), options);
                OnnxTensor x = OnnxTensor.createTensor(environment, ones, SHAPE);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] found = new float[y.remaining()];
            y.get(found);
            for (float value : found) {
                if (!(Math.abs(value - ANSWER) < 0.01)) {
                    throw new Wrong("nines expected, found " + Arrays.toString(found));
                }
            }
        }
    }

    private static byte[] graph() {
        try (InputStream in = ProbeNet.class.getResourceAsStream("probe.onnx")) {
            if (in == null) {
                throw new IllegalStateException("probe.onnx is missing from the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

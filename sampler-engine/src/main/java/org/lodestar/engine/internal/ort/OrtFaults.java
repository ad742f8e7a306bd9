package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;

/// Turns the runtime's errors into sentences.
final class OrtFaults {
    private static final int BRIEF = 240;
    private static final Pattern LEAD = Pattern.compile("^(Error code - \\w+ - message: )?(Load model from .*?\\.onnx )?(failed: ?)?");
    /// The beginning of a function as the compiler names it, up to its arguments.
    private static final Pattern SIGNATURE = Pattern.compile("[\\w:<>,*& ]*onnxruntime::[\\w:~<>]+\\(");

    private OrtFaults() {}

    /// A network that does not load.
    static EngineException loading(String network, OrtException e) {
        if (isMemory(e)) {
            return memory("There is not enough memory to load " + network + ".", e);
        }
        String found =
                switch (e.getCode()) {
                    case ORT_NO_SUCHFILE -> "no such file";
                    case ORT_INVALID_PROTOBUF -> "a file that is damaged or not an ONNX model";
                    case ORT_NOT_IMPLEMENTED -> "an operation this device cannot do (" + brief(e) + ")";
                    default -> brief(e);
                };
        String remedy =
                switch (e.getCode()) {
                    case ORT_NOT_IMPLEMENTED -> "Use a plain export of the model, or the device it was optimised for";
                    default -> "Download or export this part of the model again";
                };
        return new EngineException.ModelProblem(List.of(new Problem(network, "an ONNX network that loads", found, remedy)), e);
    }

    /// A network that fails while it runs.
    static EngineException running(String network, OrtException e) {
        if (isMemory(e)) {
            return memory("Memory ran out while running " + network + ".", e);
        }
        return new EngineException.InferenceFailure(
                "The network " + network + " failed while running (" + brief(e) + "). If it happens again, export the model again or try another device.", e);
    }

    private static EngineException.OutOfResources memory(String what, OrtException e) {
        return new EngineException.OutOfResources(what + " Close other programs, or choose a smaller picture, batch or model.", e);
    }

    private static boolean isMemory(OrtException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("failed to allocate") || text.contains("out of memory") || text.contains("bad_alloc") || text.contains("bad allocation");
    }

    /// The runtime's own words without the file, source positions and signatures that come before the reason, on one line, cut to a readable length.
    static String brief(OrtException e) {
        return brief(String.valueOf(e.getMessage()));
    }

    static String brief(String message) {
        String text = LEAD.matcher(message.replaceAll("\\S*/onnxruntime/\\S+", "").replaceAll("\\s+", " ").strip()).replaceFirst("");
        return Problem.brief(withoutSignature(text).strip(), BRIEF);
    }

    /// `text` from behind the C++ signature that it begins with, if it does.
    private static String withoutSignature(String text) {
        Matcher signature = SIGNATURE.matcher(text);
        int depth = 1;
        for (int i = signature.lookingAt() ? signature.end() : text.length(); i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                String rest = text.substring(i + 1).replaceFirst("^ (const )?(\\[with [^\\]]*\\] )?", "");
                return rest.isBlank() ? text : rest;
            }
        }
        return text;
    }
}

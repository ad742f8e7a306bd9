package org.lodestar.engine.prompt;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;

/// How brackets and the like in a prompt are understood. The same text gives other pictures under another one, so a run records it.
public enum Dialect {
    /// Every character is text.
    PLAIN("off"),
    /// As AUTOMATIC1111 reads it: `(x)`, `[x]`, `(x:1.2)` multiplying with the weights around it, `BREAK`, `AND`, `[a:b:0.5]`, `[a|b]`; weights scale the token states.
    A1111("a1111"),
    /// As ComfyUI reads it: `(x)`, and `(x:1.2)` in place of the weights around it, all else text; weights move the token states away from those of the empty prompt.
    COMFY("comfy");

    private final String id;

    Dialect(String id) {
        this.id = id;
    }

    /// What files and the command line call it.
    public String id() {
        return id;
    }

    /// @throws EngineException.InvalidInput for an unknown id, naming the known ones
    public static Dialect of(String id) {
        return Arrays.stream(values()).filter(dialect -> dialect.id.equals(id)).findFirst().orElseThrow(() -> new EngineException.InvalidInput(
                "prompt syntax", "one of " + Arrays.stream(values()).map(Dialect::id).collect(Collectors.joining(", ")), id, "Check the spelling"));
    }
}

package org.lodestar.engine.sampler;

/// What a multistep sampler remembers: an immutable record nested in the sampler's file.
public interface History {

    /// Remembers nothing.
    History NONE = new History() {
        @Override
        public String toString() {
            return "none";
        }
    };
}

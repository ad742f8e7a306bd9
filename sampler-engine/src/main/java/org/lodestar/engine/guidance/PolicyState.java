package org.lodestar.engine.guidance;

/// What one policy remembers from step to step: an immutable value of its own (a record nested in the policy's file). A new image starts from
/// [GuidancePolicy#begin()].
public interface PolicyState {

    /// Remembers nothing.
    PolicyState NONE = new PolicyState() {
        @Override
        public String toString() {
            return "none";
        }
    };
}

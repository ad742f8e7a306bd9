/// Fixtures shared by the tests of the engine.
@org.jspecify.annotations.NullMarked
package org.lodestar.engine.testing;

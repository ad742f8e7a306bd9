/// The Create screen: a recipe on the left, the picture forming in the middle with its timeline and telemetry, the history on the right.
package org.lodestar.studio.create;

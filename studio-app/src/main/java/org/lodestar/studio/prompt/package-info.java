/// Fields for what should be seen and what should not.
package org.lodestar.studio.prompt;

/// The look: fonts, colours of both themes, style sheets.
package org.lodestar.studio.theme;

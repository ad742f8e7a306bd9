/// The window around the screens: top bar, status bar, shortcut list, settings.
package org.lodestar.studio.shell;

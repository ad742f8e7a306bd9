package org.lodestar.studio.shell;

import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;

/// A screen of the window.
///
/// @param id         stable: "create", "compare"
/// @param name       on its tab
/// @param content    what it shows
/// @param firstFocus what gets the keyboard when it opens
/// @param keys       sees every key before the controls do while the screen is open; consumes those it acts on
public record Screen(String id, String name, Region content, Node firstFocus, Consumer<KeyEvent> keys) {}

package org.lodestar.studio;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javafx.event.Event;
import javafx.event.EventType;
import javafx.scene.Node;
import javafx.scene.input.DataFormat;
import javafx.scene.input.DragEvent;
import javafx.scene.input.Dragboard;
import javafx.scene.input.PickResult;
import javafx.scene.input.TransferMode;
import org.jspecify.annotations.Nullable;

/// Files dragged onto a node and let go there. The displayless platform has no drag and drop of its own, so the events are made here,
/// with what the toolkit would put into them.
final class FileDrop {
    private final List<File> files;

    FileDrop(Path... files) {
        this.files = Arrays.stream(files).map(Path::toFile).toList();
    }

    /// Drags over `node` and drops where that is accepted. Call it on the window's thread.
    ///
    /// @return whether it was accepted
    boolean on(Node node) {
        DragEvent over = event(DragEvent.DRAG_OVER, node);
        Event.fireEvent(node, over);
        if (!over.isAccepted()) {
            return false;
        }
        Event.fireEvent(node, event(DragEvent.DRAG_DROPPED, node));
        return true;
    }

    private DragEvent event(EventType<DragEvent> type, Node node) {
        return new DragEvent(type, dragboard(), 1, 1, 1, 1, TransferMode.COPY, null, node, new PickResult(node, 1, 1));
    }

    private Dragboard dragboard() {
        try {
            Class<?> peer = Class.forName("com.sun.javafx.tk.TKClipboard");
            Object clipboard = Proxy.newProxyInstance(
                    peer.getClassLoader(), new Class<?>[] {peer}, (proxy, method, arguments) -> answer(method.getName(), arguments));
            Constructor<Dragboard> constructor = Dragboard.class.getDeclaredConstructor(peer);
            constructor.setAccessible(true);
            return constructor.newInstance(clipboard);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the toolkit makes its drags otherwise now", e);
        }
    }

    private @Nullable Object answer(String question, Object @Nullable [] arguments) {
        return switch (question) {
            case "getContentTypes" -> Set.of(DataFormat.FILES);
            case "hasContent" -> arguments != null && DataFormat.FILES.equals(arguments[0]);
            case "getContent" -> arguments != null && DataFormat.FILES.equals(arguments[0]) ? files : null;
            case "getTransferModes" -> EnumSet.of(TransferMode.COPY);
            default -> null;
        };
    }
}

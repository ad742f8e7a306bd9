package org.lodestar.studio.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// Finished runs of this session as a tree, listed so that it can be drawn: the newest root first, under each the branches it grew, in the order they came.
public final class History {
    private static final int LENGTH = 60;

    private final ObservableList<HistoryEntry> entries = FXCollections.observableArrayList();
    private final ObservableList<HistoryEntry> readOnly = FXCollections.unmodifiableObservableList(entries);
    private final Map<Long, FollowedRun> parents = new HashMap<>();

    /// All entries, in drawing order.
    public ObservableList<HistoryEntry> entries() {
        return readOnly;
    }

    /// The entry of a run, if it has finished a picture.
    public Optional<HistoryEntry> of(@Nullable FollowedRun run) {
        return entries.stream().filter(entry -> entry.run() == run).findFirst();
    }

    /// Remembers that `child` continues `parent`, also while neither has a picture.
    void branched(FollowedRun child, FollowedRun parent) {
        parents.put(child.id(), parent);
    }

    /// Adds the finished run under its nearest ancestor that has an entry; the oldest tree goes when there are too many.
    HistoryEntry add(FollowedRun run, FinishedPicture picture) {
        HistoryEntry parent = ancestor(run);
        HistoryEntry entry = new HistoryEntry(run, picture, parent, parent == null ? 0 : parent.depth() + 1);
        entries.add(parent == null ? 0 : endOfTree(entries.indexOf(parent)), entry);
        if (entries.size() > LENGTH) {
            dropOldestTree();
        }
        return entry;
    }

    private @Nullable HistoryEntry ancestor(FollowedRun run) {
        FollowedRun above = parents.get(run.id());
        while (above != null) {
            Optional<HistoryEntry> found = of(above);
            if (found.isPresent()) {
                return found.get();
            }
            above = parents.get(above.id());
        }
        return null;
    }

    private int endOfTree(int root) {
        int end = root + 1;
        while (end < entries.size() && entries.get(end).depth() > entries.get(root).depth()) {
            end++;
        }
        return end;
    }

    private void dropOldestTree() {
        int last = entries.size() - 1;
        while (entries.get(last).depth() > 0) {
            last--;
        }
        if (last > 0) {
            List<HistoryEntry> gone = new ArrayList<>(entries.subList(last, entries.size()));
            entries.remove(last, entries.size());
            gone.forEach(entry -> parents.remove(entry.run().id()));
        }
    }
}

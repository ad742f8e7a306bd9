package org.lodestar.studio.shell;

import java.util.Optional;
import javafx.scene.control.ListCell;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.studio.session.StudioSession;

/// One device in the list: greyed, with the reason under its name, where it was tried and does not work.
final class DeviceCell extends ListCell<DeviceWish> {
    private final StudioSession session;

    DeviceCell(StudioSession session) {
        this.session = session;
        setWrapText(true);
        setPrefWidth(0); // as wide as the list, so that reasons wrap
        session.devicesProperty().subscribe(found -> show(getItem()));
    }

    @Override
    protected void updateItem(@Nullable DeviceWish wish, boolean empty) {
        super.updateItem(wish, empty);
        show(empty ? null : wish);
    }

    private void show(@Nullable DeviceWish wish) {
        Optional<Device.Attempt> failure = wish == null ? Optional.empty() : failure(wish);
        setText(wish == null ? "" : SettingsPane.name(wish) + failure.map(attempt -> "\n" + attempt.reason()).orElse(""));
        setDisable(failure.isPresent());
    }

    private Optional<Device.Attempt> failure(DeviceWish wish) {
        return session.devicesProperty().get().stream().filter(attempt -> !attempt.worked() && attempt.provider().equals(wish.text())).findFirst();
    }
}

// The quiet column of what the workstation says about itself.

import { element, say, words } from "./setup.js";
import { writeBytes } from "./recording.js";

const NUMBER = new Intl.NumberFormat("en", { useGrouping: true });

/** Write the room's status into the page. */
export function showStatus(status) {
  const { source, calibration } = status;
  say(element("source"), source?.name ?? "");
  element("simulated").hidden = !source?.is_simulated;
  element("replay").hidden = source === null || source.is_live || source.is_simulated;
  say(element("fps"), status.fps_shown.toFixed(0));
  const { frames_lost: lost, views_dropped: views, recorder_lost: recorder } = status;
  const dropped = element("dropped");
  say(dropped, NUMBER.format(lost + views + recorder));
  dropped.title = words("state.dropped_detail", { lost, views, recorder });
  dropped.classList.toggle("wrong", recorder > 0);
  say(element("disk"), writeBytes(status.free_bytes));
  showCalibration(calibration);
  const advice = [status.message, recorder > 0 && words("state.holes", { recorder })];
  say(element("advice"), advice.filter(Boolean).join(" "));
}

function showCalibration(calibration) {
  const target = element("calibration");
  const detail = element("cores");
  if (calibration === null) {
    say(target, words("state.calibration_none"));
    say(detail, "");
    return;
  }
  say(target, words(calibration.advice ? "state.calibration_off" : `state.calibration_${calibration.grade}`));
  target.classList.toggle("wrong", calibration.advice !== null || calibration.grade === "poor");
  target.title = calibration.notes.join(" ");
  const cores = words("state.cores", { cores: NUMBER.format(calibration.cores) });
  say(detail, calibration.from === "frames" ? `${cores}, ${words("state.from_frames")}` : cores);
}

/** Say in one word how things stand: what this screen sees comes before what the server says. */
export function showState({ isConnected, isLive, isFrozen, status }) {
  const lamp = element("state");
  let state = "connecting";
  if (!isConnected) state = status === null ? "connecting" : "disconnected";
  else if (status !== null) state = status.state;
  if (state === "live" && !isLive) state = "stale";
  else if (state === "live" && !status.source?.is_live && !status.source?.is_simulated) state = "replay";
  lamp.dataset.state = state;
  say(lamp, words(state === "live" && isFrozen ? "state.frozen" : `state.${state}`));
}

/** Why the picture is not live, in one sentence. */
export function reasonNotLive({ isConnected, status }) {
  if (!isConnected) return words("reason.no_connection");
  if (status?.message) return status.message;
  if (status?.state === "lost" || status?.state === "failed") return words("reason.source_lost");
  if (status?.state === "ended") return words("reason.ended");
  return words("reason.no_pictures");
}

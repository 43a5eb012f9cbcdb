"""Gather the light of many cores: each one's rays followed, shaded, seen through fluid and past what floats."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.simulate.light.fluid import veil_before
from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.lobes import FAR_MM, LOOSE, look_of_lobes
from ductoscope.simulate.light.look import grain_of_lesion, look_of_wall, stretch_of_view
from ductoscope.simulate.light.lumen import (
    BLUR_PER_MM,
    FOCUS_MM,
    LENGTH,
    MIRRORED,
    OFFSET_MM,
    PUPIL_MM,
    SPACING_RAD,
)
from ductoscope.simulate.light.particles import BUBBLE, bend_at_bubble, find_bubble, opacity_of
from ductoscope.simulate.light.shade import BLOOD_BLUE, BLOOD_GREEN, BLOOD_RED, light_at, shade
from ductoscope.simulate.light.spots import paint_spots
from ductoscope.simulate.light.tiles import enter_lesions, lead_tile
from ductoscope.simulate.light.trace import march

_TURNS = 64
_BUBBLE_ROUNDS = 12
_NEAR_CORES = 4.0
_SEEN_PARTICLE = 0.2
_FLOCCULENT = 2.0


@kernel
def gather(rays, order, tile_ends, rows, tubes, spans, levels, relief, slopes, texels, now,  # type: ignore[no-untyped-def]
           hulls, hoods, balls, clusters, lesion_clusters, spots, spot_ranges, particles, strokes, bubbles,
           per_mm, veils, pattern, poses, start_tube, starts, spread, shift,
           memory, stamp, light, truth, marks):  # fmt: skip
    """Fill light (N, 3); truth (N, 4): distance, arc, angle_deg, veil; marks (N, 3): branch, lesion, particle.

    order: (N,) cores, tile by tile; tile_ends: (tiles,) where each ends. A first ray through the middle of a tile finds
    how far all of the tile's cores may go at once.
    """
    count = pattern.shape[0]
    middle = poses.shape[0] // 2
    spacing, pupil, focus, offset = now[SPACING_RAD], now[PUPIL_MM], now[FOCUS_MM], now[OFFSET_MM]
    is_clear = per_mm[1, 0] + per_mm[1, 1] + per_mm[1, 2] == 0.0
    ray, tile_end, tile = 0, 0, -1
    tile_mm, tile_tube, tile_along, tile_enter = 0.0, start_tube, starts[middle], FAR_MM
    for m in range(order.shape[0]):
        n = order[m]
        if m >= tile_end:
            tile += 1
            tile_end = tile_ends[tile]
            ray += 1
            tile_mm, tile_tube, tile_along, tile_enter = lead_tile(
                rays, order, m, tile_end, rows, tubes, spans, relief, now, hulls, hoods, balls, clusters,
                lesion_clusters, memory, stamp, ray, poses[middle], start_tube, starts[middle], spread, shift,
            )  # fmt: skip
        # A core's rays are turned about it by an angle of its own, so that cores do not share a pattern.
        turn = (n * 37 & (_TURNS - 1)) * (2.0 * math.pi / _TURNS)
        cos, sin = math.cos(turn), math.sin(turn)
        red, green, blue, own = 0.0, 0.0, 0.0, 0.0
        safe, safe_tube, safe_along, safe_gap, is_straight = 0.0, start_tube, starts[middle], 0.0, 0
        hit_x, hit_y, hit_z, hit_nx, hit_ny, hit_nz, hit_mm = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        bubble, bubble_mm, enter = -1, FAR_MM, tile_enter
        k = 0
        if bubbles.shape[0] > 0:
            p = poses[middle]
            vx, vy, vz = rays[n, 0], rays[n, 1], rays[n, 2]
            bubble, bubble_mm = find_bubble(
                bubbles, p[0, 3], p[1, 3], p[2, 3],
                p[0, 0] * vx + p[0, 1] * vy + p[0, 2] * vz,
                p[1, 0] * vx + p[1, 1] * vy + p[1, 2] * vz,
                p[2, 0] * vx + p[2, 1] * vy + p[2, 2] * vz,
                spacing,
            )  # fmt: skip
            # Past a bubble a ray goes on bent; what lies straight ahead is found by a ray of its own.
            k = -1 if bubble >= 0 else 0
        while k < count:
            pose = middle if k <= 0 else (n + k) % poses.shape[0]
            # Towards the same place at the focus, from a place of its own in the lens's opening.
            vx, vy, vz = rays[n, 0], rays[n, 1], rays[n, 2]
            qx, qy = 0.0, 0.0
            if k > 0:
                half = 0.5 * spacing
                vx += half * (cos * pattern[k, 0] - sin * pattern[k, 1])
                vy += half * (sin * pattern[k, 0] + cos * pattern[k, 1])
                qx = pupil * (cos * pattern[k, 2] - sin * pattern[k, 3])
                qy = pupil * (sin * pattern[k, 2] + cos * pattern[k, 3])
                vx, vy = vx - qx / focus, vy - qy / focus
                size = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
                vx, vy, vz = vx * size, vy * size, vz * size
            p = poses[pose]
            dx = p[0, 0] * vx + p[0, 1] * vy + p[0, 2] * vz
            dy = p[1, 0] * vx + p[1, 1] * vy + p[1, 2] * vz
            dz = p[2, 0] * vx + p[2, 1] * vy + p[2, 2] * vz
            px = p[0, 3] + p[0, 0] * qx + p[0, 1] * qy
            py = p[1, 3] + p[1, 0] * qx + p[1, 1] * qy
            pz = p[2, 3] + p[2, 0] * qx + p[2, 1] * qy
            # The light sits above the lens (y goes down).
            lx, ly, lz = p[0, 3] - offset * p[0, 1], p[1, 3] - offset * p[1, 1], p[2, 3] - offset * p[2, 1]
            ax, ay, az = p[0, 2], p[1, 2], p[2, 2]
            is_middle = k <= 0 and not (k == 0 and bubble >= 0)
            is_bent, glint, begin, rounds, last, step = 0, 0.0, safe, 1, 0.0, 0.0
            tube, along = safe_tube, safe_along
            if is_middle:
                begin, tube, along = tile_mm, tile_tube, tile_along
            elif is_straight == 1 and shift + spread * hit_mm < _NEAR_CORES * spacing * hit_mm:
                # Where the middle ray's wall, taken as flat, meets this one; one look there mends the rest.
                facing = dx * hit_nx + dy * hit_ny + dz * hit_nz
                if facing < -0.12:
                    ahead = ((hit_x - px) * hit_nx + (hit_y - py) * hit_ny + (hit_z - pz) * hit_nz) / facing
                    begin = min(max(ahead, 0.5 * (safe + hit_mm)), 2.0 * hit_mm - safe)
                    last, step = safe_gap, begin - safe
            entering = enter
            if k >= 0 and bubble >= 0:
                cx, cy, cz = bubbles[bubble, 0], bubbles[bubble, 1], bubbles[bubble, 2]
                near, ux, uy, uz = light_at(cx, cy, cz, lx, ly, lz, ax, ay, az)
                is_bent, px, py, pz, dx, dy, dz, glint = bend_at_bubble(
                    bubbles, bubble, px, py, pz, dx, dy, dz, near, ux, uy, uz
                )
                if is_bent == 1:
                    begin, rounds, last, step = 0.0, _BUBBLE_ROUNDS, 0.0, 0.0
                    ray += 1
                    entering = enter_lesions(hulls, px, py, pz, dx, dy, dz, 0.0, 0.0)
                    along = min(safe_along, starts[middle] + bubble_mm)
            (gone, tube, along, second, second_along, second_share, lesion, lesion_share, met,
             safe_now, safe_tube_now, safe_along_now, safe_gap_now, is_straight_now) = march(
                rows, tubes, spans, relief, now, hulls, hoods, balls, clusters, lesion_clusters,
                memory, stamp, ray, tube, along, px, py, pz, dx, dy, dz,
                begin, last, step, entering, spread, shift, rounds,
            )  # fmt: skip
            x, y, z = px + gone * dx, py + gone * dy, pz + gone * dz
            if is_middle:
                safe, safe_tube, safe_along, safe_gap = safe_now, safe_tube_now, safe_along_now, safe_gap_now
                truth[n, 0] = gone if met == 1 else np.inf
                truth[n, 1] = along
                truth[n, 2] = 0.0
                marks[n, 0] = tube if met == 1 else -1
                marks[n, 1] = lesion if lesion_share > 0.5 else -1
                marks[n, 2] = -1
                if bubble_mm > gone:
                    bubble = -1
            from_bubble = bubble_mm if is_bent == 1 else 0.0
            footprint = spacing * (gone + from_bubble)
            dither = (k + 0.5) / count if count > 1 else -1.0
            if k > 0:
                blur = now[BLUR_PER_MM] * abs(1.0 / max(gone, 0.05) - 1.0 / focus)
                footprint *= 0.5 + 0.5 * blur
            nx, ny, nz, wall_red, wall_green, wall_blue, gloss, height, out, radius = (
                0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            )  # fmt: skip
            for turn_of in range(2):
                share = second_share if turn_of == 1 else 1.0 - second_share
                if share < 0.01:
                    continue
                this = second if turn_of == 1 else tube
                this_along = second_along if turn_of == 1 else along
                # Flat views of a wall cover more of it; by the straight tube's angle, before folds are known.
                fx, fy, fz, fr, fg, fb, fgloss, fheight, fout, fradius, angle = look_of_wall(
                    rows, tubes, spans, levels, relief, slopes, texels, now, this, this_along, x, y, z,
                    footprint * stretch_of_view(rows, spans, this, this_along, dx, dy, dz), dither,
                )  # fmt: skip
                if turn_of == 0 and is_middle:
                    truth[n, 2] = angle * (180.0 / math.pi) % 360.0
                if spot_ranges[this, 1] > 0:
                    fr, fg, fb = paint_spots(spots, spot_ranges, this, this_along, angle, fradius, fheight, fr, fg, fb)
                nx, ny, nz = nx + share * fx, ny + share * fy, nz + share * fz
                wall_red, wall_green, wall_blue = wall_red + share * fr, wall_green + share * fg, wall_blue + share * fb
                gloss, height = gloss + share * fgloss, height + share * fheight
                out, radius = out + share * fout, radius + share * fradius
            if k < 0:
                k += 1
                continue
            if lesion >= 0:
                mx, my, mz, lr, lg, lb, lgloss = look_of_lobes(
                    hulls, hoods, balls, clusters, lesion_clusters, lesion, x, y, z
                )
                # The wall's vessels and grain go on over the lesion.
                grain_red, grain_green, grain_height = grain_of_lesion(
                    tubes, spans, levels, texels, tube, 0.5 * tubes[tube, LENGTH],
                    x - hulls[lesion, 0], y - hulls[lesion, 1], z - hulls[lesion, 2], mx, my, mz,
                    footprint, dither,
                )  # fmt: skip
                vessel = min(max(grain_green / (0.86 * grain_red + 1e-3), 0.55), 1.1)
                grain = 1.0 + 0.9 * (grain_height - 0.5)
                bleeds = hulls[lesion, 5]
                if bleeds == LOOSE:
                    # What only lies in the duct has no vessels; it is flocculent.
                    vessel, bleeds, grain = 1.0, 0.0, min(max(1.0 + _FLOCCULENT * (grain_height - 0.5), 0.4), 1.3)
                lr, lg, lb = lr * grain, lg * grain * vessel, lb * grain * vessel
                bleeds *= min(max(1.6 - 2.2 * grain_height, 0.3), 1.0)
                lr += bleeds * (BLOOD_RED - lr)
                lg += bleeds * (BLOOD_GREEN - lg)
                lb += bleeds * (BLOOD_BLUE - lb)
                rest = 1.0 - lesion_share
                # Clefts lie where the lobes' directions cancel out: a little darker, as they shade one another.
                steep = math.sqrt(mx * mx + my * my + mz * mz)
                nx, ny, nz = rest * nx + lesion_share * mx, rest * ny + lesion_share * my, rest * nz + lesion_share * mz
                out = rest * out + lesion_share * 0.04 * (steep - 1.0)
                wall_red = rest * wall_red + lesion_share * lr
                wall_green = rest * wall_green + lesion_share * lg
                wall_blue = rest * wall_blue + lesion_share * lb
                gloss = rest * gloss + lesion_share * lgloss
            size = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-9)
            if is_middle and met == 1 and gone > safe + 1e-3:
                is_straight = is_straight_now
                hit_x, hit_y, hit_z, hit_mm = x, y, z, gone
                hit_nx, hit_ny, hit_nz = nx * size, ny * size, nz * size
            near, ux, uy, uz = light_at(x, y, z, lx, ly, lz, ax, ay, az)
            r, g, b = 0.0, 0.0, 0.0
            if met == 1:
                r, g, b = shade(
                    near, ux, uy, uz, nx * size, ny * size, nz * size, dx, dy, dz, wall_red, wall_green, wall_blue,
                    gloss, out, lesion_share, radius, gone + from_bubble, now[MIRRORED],
                )  # fmt: skip
            far = gone + from_bubble
            if not is_clear:
                back = math.sqrt((x - lx) ** 2 + (y - ly) ** 2 + (z - lz) ** 2)
                r *= math.exp(-per_mm[0, 0] * back - per_mm[1, 0] * far)
                g *= math.exp(-per_mm[0, 1] * back - per_mm[1, 1] * far)
                b *= math.exp(-per_mm[0, 2] * back - per_mm[1, 2] * far)
            if is_bent == 0:
                own += g
            red, green, blue = red + r + glint, green + g + glint, blue + b + glint
            if not is_clear:
                veil_red, veil_green, veil_blue = veil_before(veils, far)
                red, green, blue = red + veil_red, green + veil_green, blue + veil_blue
            k += 1
        scale = 1.0 / count
        red, green, blue, own = red * scale, green * scale, blue * scale, own * scale
        if bubble >= 0:
            marks[n, 2] = BUBBLE
        if particles.shape[0] > 0:
            p = poses[middle]
            px, py, pz = p[0, 3], p[1, 3], p[2, 3]
            vx, vy, vz = rays[n, 0], rays[n, 1], rays[n, 2]
            dx = p[0, 0] * vx + p[0, 1] * vy + p[0, 2] * vz
            dy = p[1, 0] * vx + p[1, 1] * vy + p[1, 2] * vz
            dz = p[2, 0] * vx + p[2, 1] * vy + p[2, 2] * vz
            lx, ly, lz = px - offset * p[0, 1], py - offset * p[1, 1], pz - offset * p[2, 1]
            for f in range(particles.shape[0] - 1, -1, -1):
                thick, away = opacity_of(particles, strokes, f, px, py, pz, dx, dy, dz, spacing, pupil, focus)
                if thick < 0.004 or away > truth[n, 0]:
                    continue
                near, ux, uy, uz = light_at(
                    px + away * dx, py + away * dy, pz + away * dz, lx, ly, lz, p[0, 2], p[1, 2], p[2, 2]
                )
                # A flake is lit through and through, a little less than a card.
                near = 0.6 * near + 0.25
                veil_red, veil_green, veil_blue = veil_before(veils, away)
                rest = 1.0 - thick
                red = rest * red + thick * (
                    near * particles[f, 4] * math.exp(-(per_mm[0, 0] + per_mm[1, 0]) * away) + veil_red
                )
                green = rest * green + thick * (
                    near * particles[f, 5] * math.exp(-(per_mm[0, 1] + per_mm[1, 1]) * away) + veil_green
                )
                blue = rest * blue + thick * (
                    near * particles[f, 6] * math.exp(-(per_mm[0, 2] + per_mm[1, 2]) * away) + veil_blue
                )
                own *= rest
                if thick > _SEEN_PARTICLE:
                    marks[n, 2] = int(particles[f, 7])
        light[n, 0], light[n, 1], light[n, 2] = red, green, blue
        truth[n, 3] = min(max(1.0 - own / max(green, 1e-6), 0.0), 1.0)

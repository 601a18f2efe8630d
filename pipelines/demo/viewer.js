// Shows a model that model.js read: orbit around it, walk through it, cut it open. WebGL 2 and nothing else.
"use strict";

const EYE = 1.6; // height of the eye, metres
const STEP = 0.5; // the highest step that one climbs, metres
const EDGE = [0.02, 0.025, 0.03, 0.6];

// --- drawing

const VERTEX = `#version 300 es
in vec3 position;
in vec3 normal;
uniform mat4 camera;
out vec3 place;
out vec3 facing;
void main() {
  place = position;
  facing = normal;
  gl_Position = camera * vec4(position, 1.0);
}`;

// Sun, sky and light from the ground; where the model is cut, its inside is seen and drawn dark, as in a plan.
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 place;
in vec3 facing;
uniform vec4 color;
uniform float cut;
uniform int style; // 0: solid, 1: seen from both sides, 2: as it is
out vec4 pixel;
vec3 srgb(vec3 c) { return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }
void main() {
  if (place.y > cut) discard;
  if (style == 2) { pixel = vec4(srgb(color.rgb), color.a); return; }
  vec3 n = normalize(facing);
  bool inside = !gl_FrontFacing;
  if (inside && style == 0) { pixel = vec4(0.20, 0.22, 0.25, 1.0); return; }
  if (inside) n = -n;
  float sun = max(dot(n, normalize(vec3(-0.55, 0.75, 0.35))), 0.0);
  vec3 sky = mix(vec3(0.42, 0.40, 0.37), vec3(0.50, 0.56, 0.66), n.y * 0.5 + 0.5);
  vec3 light = vec3(1.0, 0.95, 0.86) * 0.62 * sun + sky;
  pixel = vec4(srgb(min(color.rgb * light, 1.0)), color.a);
}`;

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, 0, "position");
  gl.bindAttribLocation(made, 1, "normal");
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  return made;
}

function upload(gl, arrays) {
  const vertices = gl.createVertexArray();
  gl.bindVertexArray(vertices);
  arrays.forEach((array, slot) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(slot);
    gl.vertexAttribPointer(slot, 3, gl.FLOAT, false, 0, 0);
  });
  return { vertices, count: arrays[0].length / 3 };
}

function prepared(gl, parts) {
  const draws = [];
  for (const part of parts) {
    const about = { storey: part.storey, color: part.color };
    if (part.lines) {
      const ends = new Float32Array([...part.indices.keys()].flatMap((i) => corner(part, i)));
      draws.push({ ...about, ...upload(gl, [ends]), mode: gl.LINES, style: 2 });
      continue;
    }
    const { positions, normals } = flattened(part);
    const open = part.twoSided || part.color[3] < 1;
    draws.push({ ...about, ...upload(gl, [positions, normals]), mode: gl.TRIANGLES, style: open ? 1 : 0 });
    if (part.color[3] === 1) {
      draws.push({ ...about, ...upload(gl, [creases(part)]), mode: gl.LINES, style: 2, color: EDGE });
    }
  }
  const behind = (draw) => (draw.style !== 2 && draw.color[3] < 1 ? 1 : 0);
  return draws.sort((a, b) => behind(a) - behind(b));
}

// --- the viewer

/**
 * Shows a model on a canvas until `close` is called.
 * `starts` holds for each storey, lowest first, where a walk begins: [x, z], or null.
 */
function show(canvas, buffer, starts) {
  const gl = canvas.getContext("webgl2", { antialias: true });
  if (!gl) throw new Error("This browser has no WebGL 2.");
  const { parts, storeys } = readModel(buffer);
  const draws = prepared(gl, parts);
  const shader = program(gl);
  const names = ["camera", "color", "cut", "style"];
  const uniform = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(shader, name)]));

  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const bodies = parts.filter((part) => !part.lines);
  for (const { positions } of bodies.length ? bodies : parts) {
    for (let i = 0; i < positions.length; i++) {
      low[i % 3] = Math.min(low[i % 3], positions[i]);
      high[i % 3] = Math.max(high[i % 3], positions[i]);
    }
  }
  const middle = low.map((value, k) => (value + high[k]) / 2);
  const size = Math.max(Math.hypot(...sub(high, low)), 1e-3);

  const state = { mode: "orbit", top: storeys.length - 1, cut: Infinity, held: new Set(), running: true, dirty: true };
  const orbit = { target: [...middle], distance: size * 1.25, yaw: -0.5, pitch: -0.9 };
  const walk = { at: [...middle], yaw: 0, pitch: 0, floor: low[1] };
  const surfaces = parts.filter((p) => isGround(p) && !p.lines).flatMap((p) => [...triangles(p)]);
  const ground = surfaces.filter((triangle) => normalOf(triangle)[1] > 0.7);
  const solids = parts.filter((p) => isSolid(p) && !p.lines);
  const walls = new Map();

  const wallsAt = (floor) => {
    const key = Math.round(floor * 2);
    if (!walls.has(key)) walls.set(key, sliced(solids, key / 2 + 0.6));
    return walls.get(key);
  };

  const begin = (storey) => {
    const [x, z] = starts[storey] ?? [middle[0], middle[2]];
    const elevation = storeys[storey]?.elevation ?? low[1];
    const found = groundAt(x, z, elevation + STEP, ground);
    walk.floor = Number.isFinite(found) ? found : elevation;
    walk.at = [x, walk.floor + EYE, z];
    // Look where there is most to see.
    const lines = wallsAt(walk.floor);
    const blocked = (ax, az) => lines.some((line) => Math.hypot(...fromLine(ax, az, line)) < 0.1);
    const free = (yaw) => {
      const [dx, , dz] = toward(yaw, 0);
      let reach = 0.3;
      while (reach < 30 && !blocked(x + dx * reach, z + dz * reach)) reach += 0.15;
      return reach;
    };
    const ways = Array.from({ length: 24 }, (_, i) => (i * Math.PI) / 12);
    walk.yaw = ways.reduce((best, yaw) => (free(yaw) > free(best) ? yaw : best), 0);
    walk.pitch = -0.06;
  };

  const move = (seconds) => {
    const key = (...names) => names.some((name) => state.held.has(name));
    const ahead = key("KeyW", "ArrowUp") - key("KeyS", "ArrowDown");
    const aside = key("KeyD") - key("KeyA");
    const turn = key("ArrowRight", "KeyE") - key("ArrowLeft", "KeyQ");
    if (!ahead && !aside && !turn) return false;
    walk.yaw += turn * seconds * 1.6;
    const speed = (key("ShiftLeft", "ShiftRight") ? 4.5 : 2.2) * seconds / (Math.hypot(ahead, aside) || 1);
    const [dx, , dz] = toward(walk.yaw, 0);
    const wanted = [walk.at[0] + (dx * ahead - dz * aside) * speed, walk.at[2] + (dz * ahead + dx * aside) * speed];
    [walk.at[0], walk.at[2]] = pushedOut(wanted, wallsAt(walk.floor));
    const found = groundAt(walk.at[0], walk.at[2], walk.floor + STEP, ground);
    if (Number.isFinite(found)) walk.floor = found;
    return true;
  };

  const camera = () => {
    const aspect = canvas.width / canvas.height;
    if (state.mode === "walk") {
      const eye = walk.at;
      return multiply(perspective(1.2, aspect, 0.04, size * 2 + 50), looking(eye, toward(walk.yaw, walk.pitch)));
    }
    const forward = toward(orbit.yaw, orbit.pitch);
    const eye = orbit.target.map((value, k) => value - forward[k] * orbit.distance);
    const reach = orbit.distance + size;
    const near = Math.max(orbit.distance - size, reach / 4000);
    return multiply(perspective(0.75, aspect, near, reach), looking(eye, forward));
  };

  const draw = () => {
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.max(Math.round(canvas.clientWidth * scale), 1);
    canvas.height = Math.max(Math.round(canvas.clientHeight * scale), 1);
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0.925, 0.94, 0.96, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(1, 2);
    gl.useProgram(shader);
    gl.uniformMatrix4fv(uniform.camera, false, camera());
    gl.uniform1f(uniform.cut, state.mode === "walk" || state.cut === Infinity ? 1e9 : state.cut);
    for (const each of draws) {
      if (state.mode === "orbit" && each.storey > state.top) continue;
      gl.depthMask(each.style === 2 || each.color[3] === 1);
      gl.uniform4fv(uniform.color, each.color);
      gl.uniform1i(uniform.style, each.style);
      gl.bindVertexArray(each.vertices);
      gl.drawArrays(each.mode, 0, each.count);
    }
    gl.depthMask(true);
  };

  let before = 0;
  const frame = (now) => {
    if (!state.running) return;
    const seconds = Math.min((now - before) / 1000, 0.1);
    before = now;
    if (state.mode === "walk") {
      const rise = walk.floor + EYE - walk.at[1];
      if (move(seconds) || Math.abs(rise) > 1e-3) state.dirty = true;
      walk.at[1] += rise * Math.min(seconds * 10, 1);
    }
    if (state.dirty) draw();
    state.dirty = false;
    requestAnimationFrame(frame);
  };

  // --- hands: one pointer turns, two (or another button) move and zoom

  const pointers = new Map();
  const turn = (dx, dy) => {
    const aim = state.mode === "walk" ? walk : orbit;
    const factor = state.mode === "walk" ? -0.004 : 0.006;
    aim.yaw += dx * factor;
    aim.pitch = clamp(aim.pitch - dy * factor, state.mode === "walk" ? -1.3 : -1.57, state.mode === "walk" ? 1.3 : 0.3);
  };
  const pan = (dx, dy) => {
    const scale = (orbit.distance * 0.8) / canvas.clientHeight;
    const [fx, , fz] = toward(orbit.yaw, 0);
    orbit.target[0] += (fz * dx + fx * dy) * scale;
    orbit.target[2] += (-fx * dx + fz * dy) * scale;
  };
  const zoom = (factor) => {
    orbit.distance = clamp(orbit.distance * factor, size * 0.02, size * 4);
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  const heard = [];
  const listen = (on, name, act, options) => {
    const once = (event) => {
      act(event);
      state.dirty = true;
    };
    on.addEventListener(name, once, options);
    heard.push(() => on.removeEventListener(name, once, options));
  };
  listen(canvas, "pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  listen(canvas, "pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    const apart = pointers.size === 2 ? spread() : 0;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pointers.size === 2) {
      zoom(apart / (spread() || 1));
      pan(dx / 2, dy / 2);
    } else if (state.mode === "orbit" && (event.buttons > 1 || event.shiftKey)) pan(dx, dy);
    else turn(dx, dy);
  });
  for (const name of ["pointerup", "pointercancel"]) listen(canvas, name, (event) => pointers.delete(event.pointerId));
  listen(canvas, "contextmenu", (event) => event.preventDefault());
  listen(canvas, "wheel", (event) => {
    event.preventDefault();
    if (state.mode === "orbit") zoom(Math.exp(clamp(event.deltaY, -200, 200) * 0.0015));
  }, { passive: false });
  listen(window, "resize", () => {});
  listen(window, "keydown", (event) => {
    if (/^(Key[WASDQE]|Arrow)/.test(event.code) && state.mode === "walk") event.preventDefault();
    state.held.add(event.code);
  });
  listen(window, "keyup", (event) => state.held.delete(event.code));
  listen(window, "blur", () => state.held.clear());

  begin(0);
  requestAnimationFrame(frame);
  return {
    storeys,
    height: [low[1], high[1]],
    mode(name) {
      if (name === "walk" && state.mode !== "walk") begin(Math.max(state.top, 0));
      state.mode = name;
      state.dirty = true;
    },
    storey(number) {
      state.top = number;
      if (state.mode === "walk") begin(Math.max(number, 0));
      state.dirty = true;
    },
    cut(height) {
      state.cut = height;
      state.dirty = true;
    },
    close() {
      state.running = false;
      heard.forEach((forget) => forget());
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

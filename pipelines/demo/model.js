// Reads a GLB: its parts in world coordinates, their edges, and what of them one can walk on or not through.
"use strict";

const BODY = 0.22; // how close one gets to a wall, metres
const CREASE = Math.cos((25 * Math.PI) / 180); // faces that meet at a sharper angle have an edge drawn between them

// --- vectors and column-major 4 x 4 matrices

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => a.map((value) => value / (Math.hypot(...a) || 1));
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const toward = (yaw, pitch) => [
  Math.sin(yaw) * Math.cos(pitch),
  Math.sin(pitch),
  -Math.cos(yaw) * Math.cos(pitch),
];

function multiply(a, b) {
  return Float32Array.from({ length: 16 }, (_, i) => {
    const row = i % 4;
    const column = i - row;
    return a[row] * b[column] + a[row + 4] * b[column + 1] + a[row + 8] * b[column + 2] + a[row + 12] * b[column + 3];
  });
}

function perspective(height, aspect, near, far) {
  const f = 1 / Math.tan(height / 2);
  const depth = near - far;
  return [f / aspect, 0, 0, 0, 0, f, 0, 0, 0, 0, (far + near) / depth, -1, 0, 0, (2 * far * near) / depth, 0];
}

function looking(eye, forward) {
  const right = unit(cross(forward, [0, 1, 0]));
  const up = cross(right, forward);
  return [
    right[0], up[0], -forward[0], 0,
    right[1], up[1], -forward[1], 0,
    right[2], up[2], -forward[2], 0,
    -dot(right, eye), -dot(up, eye), dot(forward, eye), 1,
  ];
}

function placed(node) {
  if (node.matrix) return node.matrix;
  const [x, y, z, w] = node.rotation ?? [0, 0, 0, 1];
  const [sx, sy, sz] = node.scale ?? [1, 1, 1];
  return [
    (1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0,
    2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0,
    2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0,
    ...(node.translation ?? [0, 0, 0]), 1,
  ];
}

// --- the model: parts of one material, in world coordinates, with the storey and category that they belong to

function readModel(buffer) {
  const view = new DataView(buffer);
  const length = view.getUint32(12, true);
  const gltf = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 20, length)));
  const data = 20 + length + 8;
  const types = { 5121: Uint8Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
  const widths = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
  const values = (number) => {
    const accessor = gltf.accessors[number];
    const { byteOffset = 0, byteStride } = gltf.bufferViews[accessor.bufferView];
    const Type = types[accessor.componentType];
    const width = widths[accessor.type];
    const start = data + byteOffset + (accessor.byteOffset ?? 0);
    const stride = byteStride ?? width * Type.BYTES_PER_ELEMENT;
    const out = new Type(accessor.count * width);
    for (let i = 0; i < accessor.count; i++) {
      const from = start + i * stride;
      out.set(new Type(buffer.slice(from, from + width * Type.BYTES_PER_ELEMENT)), i * width);
    }
    return out;
  };

  const storeys = [];
  const parts = [];
  const visit = (number, parent, above, storey, category) => {
    const node = gltf.nodes[number];
    const matrix = multiply(parent, placed(node));
    const extras = node.extras ?? {};
    if (above === 0 && extras.level !== undefined) {
      storeys.push({ name: node.name ?? `Level ${extras.level}`, elevation: extras.elevation ?? 0 });
      storey = storeys.length - 1;
    }
    category = extras.category ?? category;
    for (const primitive of gltf.meshes?.[node.mesh]?.primitives ?? []) {
      const points = values(primitive.attributes.POSITION);
      const count = points.length / 3;
      const positions = new Float32Array(points.length);
      for (let i = 0; i < points.length; i += 3) {
        for (let k = 0; k < 3; k++) {
          positions[i + k] =
            matrix[k] * points[i] + matrix[k + 4] * points[i + 1] + matrix[k + 8] * points[i + 2] + matrix[k + 12];
        }
      }
      const material = gltf.materials?.[primitive.material] ?? {};
      const color = material.pbrMetallicRoughness?.baseColorFactor ?? [0.8, 0.8, 0.8, 1];
      const indices = primitive.indices === undefined ? Uint32Array.from({ length: count }, (_, i) => i)
        : Uint32Array.from(values(primitive.indices));
      const lines = primitive.mode === 1;
      parts.push({ positions, indices, color, lines, storey, category, twoSided: Boolean(material.doubleSided) });
    }
    for (const child of node.children ?? []) visit(child, matrix, above + 1, storey, category);
  };
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  for (const number of gltf.scenes[gltf.scene ?? 0].nodes ?? []) visit(number, identity, 0, -1, "");
  return { parts, storeys };
}

function corner(part, index) {
  const i = part.indices[index] * 3;
  return [part.positions[i], part.positions[i + 1], part.positions[i + 2]];
}

function* triangles(part) {
  for (let i = 0; i + 2 < part.indices.length; i += 3) yield [0, 1, 2].map((k) => corner(part, i + k));
}

const normalOf = ([a, b, c]) => unit(cross(sub(b, a), sub(c, a)));

// Flat shading needs each triangle to have corners of its own.
function flattened(part) {
  const positions = [];
  const normals = [];
  for (const triangle of triangles(part)) {
    const normal = normalOf(triangle);
    for (const point of triangle) {
      positions.push(...point);
      normals.push(...normal);
    }
  }
  return { positions: new Float32Array(positions), normals: new Float32Array(normals) };
}

// Where faces meet at an angle, or a face ends.
function creases(part) {
  const numbers = new Map();
  const points = [];
  const sides = new Map();
  const number = (point) => {
    const key = point.map((value) => Math.round(value * 1000)).join();
    if (!numbers.has(key)) {
      numbers.set(key, points.length);
      points.push(point);
    }
    return numbers.get(key);
  };
  for (const triangle of triangles(part)) {
    const normal = normalOf(triangle);
    const ends = triangle.map(number);
    for (let k = 0; k < 3; k++) {
      const [a, b] = [ends[k], ends[(k + 1) % 3]];
      if (a === b) continue;
      const key = Math.min(a, b) * 2 ** 26 + Math.max(a, b);
      if (sides.has(key)) sides.get(key).normals.push(normal);
      else sides.set(key, { ends: [a, b], normals: [normal] });
    }
  }
  const lines = [];
  for (const { ends, normals } of sides.values()) {
    const flat = normals.length === 2 && dot(normals[0], normals[1]) > CREASE;
    if (!flat) lines.push(...points[ends[0]], ...points[ends[1]]);
  }
  return new Float32Array(lines);
}

// --- what one can't walk through, and what one walks on

const isSolid = (part) => /^(wall|column)/.test(part.category);
const isGround = (part) => /^(floor|slab|room|stair)/.test(part.category);

// The lines in which walls cut a level plane, as [x0, z0, x1, z1].
function sliced(parts, height) {
  const lines = [];
  for (const part of parts) {
    for (const triangle of triangles(part)) {
      const ends = [];
      for (let k = 0; k < 3; k++) {
        const [a, b] = [triangle[k], triangle[(k + 1) % 3]];
        if (a[1] > height === b[1] > height) continue;
        const share = (height - a[1]) / (b[1] - a[1]);
        ends.push(a[0] + share * (b[0] - a[0]), a[2] + share * (b[2] - a[2]));
      }
      if (ends.length === 4) lines.push(ends);
    }
  }
  return lines;
}

// The way from the nearest point of a line, [x, z].
function fromLine(x, z, [x0, z0, x1, z1]) {
  const [dx, dz] = [x1 - x0, z1 - z0];
  const share = clamp(((x - x0) * dx + (z - z0) * dz) / (dx * dx + dz * dz || 1), 0, 1);
  return [x - x0 - share * dx, z - z0 - share * dz];
}

function pushedOut([x, z], lines) {
  for (let round = 0; round < 3; round++) {
    for (const line of lines) {
      const [dx, dz] = fromLine(x, z, line);
      const gap = Math.hypot(dx, dz);
      if (gap < BODY && gap > 1e-6) {
        x += (dx / gap) * (BODY - gap);
        z += (dz / gap) * (BODY - gap);
      }
    }
  }
  return [x, z];
}

// The highest floor or step under a point that is not above `limit`.
function groundAt(x, z, limit, surfaces) {
  let best = -Infinity;
  for (const [a, b, c] of surfaces) {
    const area = (b[0] - a[0]) * (c[2] - a[2]) - (c[0] - a[0]) * (b[2] - a[2]);
    const u = ((x - a[0]) * (c[2] - a[2]) - (c[0] - a[0]) * (z - a[2])) / area;
    const v = ((b[0] - a[0]) * (z - a[2]) - (x - a[0]) * (b[2] - a[2])) / area;
    if (u < 0 || v < 0 || u + v > 1) continue;
    const height = a[1] + u * (b[1] - a[1]) + v * (c[1] - a[1]);
    if (height <= limit && height > best) best = height;
  }
  return best;
}

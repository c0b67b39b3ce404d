;; The product of two matrices of float32, C = A B, four columns at once: numpy has no BLAS in WebAssembly.
;; All are row by row, without gaps. Each sum is taken in the order of j, as numpy's einsum does, so bit for bit the same.
;; product.wasm is this file as `wat2wasm` writes it; tests/test_browser_wasm.py compares it with numpy.
(module
  (memory (export "memory") 1)
  ;; a, b, c: where they begin, in bytes. A has n rows of m, B and C rows of k numbers; k is a multiple of 4.
  (func (export "product") (param $a i32) (param $b i32) (param $c i32) (param $n i32) (param $m i32) (param $k i32)
    (local $row i32) ;; bytes of a row of B and C
    (local $column i32) ;; bytes before the columns in hand
    (local $i i32) (local $j i32) (local $at_a i32) (local $at_b i32) (local $at_c i32)
    (local $x v128) (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128)
    (local.set $row (i32.shl (local.get $k) (i32.const 2)))
    ;; Sixteen columns of all rows, while there are sixteen: what they need of B stays in the cache.
    (block $no_sixteen
      (loop $sixteen
        (br_if $no_sixteen (i32.gt_u (i32.add (local.get $column) (i32.const 64)) (local.get $row)))
        (local.set $at_a (local.get $a))
        (local.set $at_c (i32.add (local.get $c) (local.get $column)))
        (local.set $i (local.get $n))
        (loop $rows
          (local.set $c0 (v128.const f32x4 0 0 0 0))
          (local.set $c1 (v128.const f32x4 0 0 0 0))
          (local.set $c2 (v128.const f32x4 0 0 0 0))
          (local.set $c3 (v128.const f32x4 0 0 0 0))
          (local.set $at_b (i32.add (local.get $b) (local.get $column)))
          (local.set $j (local.get $m))
          (loop $sum
            (local.set $x (v128.load32_splat (local.get $at_a)))
            (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (v128.load (local.get $at_b)))))
            (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $at_b)))))
            (local.set $c2 (f32x4.add (local.get $c2) (f32x4.mul (local.get $x) (v128.load offset=32 (local.get $at_b)))))
            (local.set $c3 (f32x4.add (local.get $c3) (f32x4.mul (local.get $x) (v128.load offset=48 (local.get $at_b)))))
            (local.set $at_a (i32.add (local.get $at_a) (i32.const 4)))
            (local.set $at_b (i32.add (local.get $at_b) (local.get $row)))
            (br_if $sum (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
          (v128.store (local.get $at_c) (local.get $c0))
          (v128.store offset=16 (local.get $at_c) (local.get $c1))
          (v128.store offset=32 (local.get $at_c) (local.get $c2))
          (v128.store offset=48 (local.get $at_c) (local.get $c3))
          (local.set $at_c (i32.add (local.get $at_c) (local.get $row)))
          (br_if $rows (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (local.set $column (i32.add (local.get $column) (i32.const 64)))
        (br $sixteen)))
    ;; What is left, four columns at a time.
    (block $no_four
      (loop $four
        (br_if $no_four (i32.ge_u (local.get $column) (local.get $row)))
        (local.set $at_a (local.get $a))
        (local.set $at_c (i32.add (local.get $c) (local.get $column)))
        (local.set $i (local.get $n))
        (loop $rows
          (local.set $c0 (v128.const f32x4 0 0 0 0))
          (local.set $at_b (i32.add (local.get $b) (local.get $column)))
          (local.set $j (local.get $m))
          (loop $sum
            (local.set $x (v128.load32_splat (local.get $at_a)))
            (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (v128.load (local.get $at_b)))))
            (local.set $at_a (i32.add (local.get $at_a) (i32.const 4)))
            (local.set $at_b (i32.add (local.get $at_b) (local.get $row)))
            (br_if $sum (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
          (v128.store (local.get $at_c) (local.get $c0))
          (local.set $at_c (i32.add (local.get $at_c) (local.get $row)))
          (br_if $rows (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (local.set $column (i32.add (local.get $column) (i32.const 16)))
        (br $four)))))

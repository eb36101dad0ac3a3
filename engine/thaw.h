/* tensorthaw for C and other languages: open a checkpoint, list its tensors, restore by name.
 *
 * Role in the flow: a thin door in front of engine/restore; it decides nothing. C99, no type of any
 * library, no exception. Strings are UTF-8 or the bytes of the file, end in NUL, and belong to the
 * object they come from.
 *
 * Objects are opaque and are freed by the function named beside their maker; freeing NULL does
 * nothing. A thaw_checkpoint may be used by any number of threads at once, a thaw_status by one.
 */

#ifndef THAW_ENGINE_THAW_H_
#define THAW_ENGINE_THAW_H_

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define THAW_EXPORT
#else
#define THAW_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Codes of a status: the numbers of absl and TensorFlow. */
enum {
  THAW_OK = 0,
  THAW_CANCELLED = 1,
  THAW_INVALID_ARGUMENT = 3,
  THAW_NOT_FOUND = 5,
  THAW_PERMISSION_DENIED = 7,
  THAW_RESOURCE_EXHAUSTED = 8,
  THAW_FAILED_PRECONDITION = 9,
  THAW_OUT_OF_RANGE = 11,
  THAW_UNIMPLEMENTED = 12,
  THAW_INTERNAL = 13,
  THAW_UNAVAILABLE = 14,
  THAW_DATA_LOSS = 15
};

/* What went wrong, and where. Functions that can fail return NULL for success. */
typedef struct thaw_status thaw_status;

/* THAW_OK for NULL. */
THAW_EXPORT int thaw_status_code(const thaw_status* status);
/* The whole sentence: file, tensor, what is wrong, shard and offset. Empty for NULL. */
THAW_EXPORT const char* thaw_status_message(const thaw_status* status);
/* Parts of the place and the advice; empty where unknown. */
THAW_EXPORT const char* thaw_status_file(const thaw_status* status);
THAW_EXPORT const char* thaw_status_tensor(const thaw_status* status);
THAW_EXPORT const char* thaw_status_hint(const thaw_status* status);
/* -1 where unknown. */
THAW_EXPORT int64_t thaw_status_shard(const thaw_status* status);
THAW_EXPORT int64_t thaw_status_offset(const thaw_status* status);
THAW_EXPORT void thaw_status_free(thaw_status* status);

/* An open checkpoint. */
typedef struct thaw_checkpoint thaw_checkpoint;

/* `path`: a prefix, or any file of the checkpoint, or a folder with a `checkpoint` file. On failure
 * *checkpoint is NULL. */
THAW_EXPORT thaw_status* thaw_open(const char* path, thaw_checkpoint** checkpoint);
THAW_EXPORT void thaw_close(thaw_checkpoint* checkpoint);

/* One tensor of the index. Pointers live as long as the checkpoint. */
typedef struct {
  const char* name;
  size_t name_length; /* bytes; a name may hold a NUL */
  int32_t dtype;      /* TensorFlow's DataType number */
  int32_t rank;
  const int64_t* shape; /* [rank] */
  uint64_t num_elements;
  uint64_t size; /* bytes a buffer of this dtype takes; 0 for strings */
} thaw_tensor;

THAW_EXPORT size_t thaw_num_tensors(const thaw_checkpoint* checkpoint);
/* Tensor `index` in byte order of the names. */
THAW_EXPORT thaw_status* thaw_tensor_at(const thaw_checkpoint* checkpoint, size_t index,
                                        thaw_tensor* tensor);
THAW_EXPORT thaw_status* thaw_find(const thaw_checkpoint* checkpoint, const char* name,
                                   thaw_tensor* tensor);

/* TensorFlow's name of a dtype, "float32"; "invalid" for other numbers. */
THAW_EXPORT const char* thaw_dtype_name(int32_t dtype);
/* Bytes of an element; 0 for strings and for numbers without a dtype. */
THAW_EXPORT size_t thaw_dtype_size(int32_t dtype);

/* One tensor to restore, and the caller's memory for it. Zero the struct first. */
typedef struct {
  const char* name;
  /* TensorFlow's shape_and_slice, "100 100 0,20:0,100"; NULL: the whole tensor. */
  const char* slice;
  void* buffer; /* elements x width, row-major */
  size_t size;  /* bytes of it */
  /* The buffer's dtype; 0: the stored one. Another one is converted, rounding to nearest even. */
  int32_t dtype;
  /* Out: 0 untouched, 1 done and verified, 2 overwritten and filled with zeros. */
  int32_t state;
} thaw_request;

typedef struct {
  int32_t threads;        /* 0: all that the process may use; 1: the calling thread alone */
  int32_t skip_checksums; /* not 0: do not compare checksums */
  uint64_t memory_budget; /* bytes of buffers for reading; 0: 256 MiB */
} thaw_options;

/* Restores all requests, in parallel. They are checked before the first byte is written; every
 * request's `state` is set in any case. `options` may be NULL. Strings cannot be restored this way.
 */
THAW_EXPORT thaw_status* thaw_restore(const thaw_checkpoint* checkpoint, thaw_request* requests,
                                      size_t num_requests, const thaw_options* options);

#ifdef __cplusplus
}
#endif

#endif /* THAW_ENGINE_THAW_H_ */

/* The C header from C99: every function, on the checkpoint of examples/store_only (foo and bar are
 * 1). Exit code 0 and no output when all is well.
 */

#include <stdio.h>
#include <string.h>

#include "engine/thaw.h"

static int failures = 0;

static void check(int holds, const char* what, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: %s does not hold\n", line, what);
  ++failures;
}
#define CHECK(condition) check((condition) != 0, #condition, __LINE__)

static void test_listing(const thaw_checkpoint* checkpoint) {
  thaw_tensor tensor;
  thaw_status* status;
  size_t i;

  CHECK(thaw_num_tensors(checkpoint) == 2);
  for (i = 0; i < thaw_num_tensors(checkpoint); ++i) {
    CHECK(thaw_tensor_at(checkpoint, i, &tensor) == NULL);
    CHECK(strcmp(tensor.name, i == 0 ? "bar" : "foo") == 0);
    CHECK(tensor.name_length == 3);
    CHECK(tensor.rank == 0);
    CHECK(tensor.num_elements == 1);
    CHECK(tensor.size == 4);
    CHECK(strcmp(thaw_dtype_name(tensor.dtype), "float32") == 0);
    CHECK(thaw_dtype_size(tensor.dtype) == 4);
  }
  CHECK(thaw_find(checkpoint, "foo", &tensor) == NULL);
  CHECK(tensor.dtype == 1);

  status = thaw_tensor_at(checkpoint, 2, &tensor);
  CHECK(thaw_status_code(status) == THAW_INVALID_ARGUMENT);
  thaw_status_free(status);
  status = thaw_find(checkpoint, "fooo", &tensor);
  CHECK(thaw_status_code(status) == THAW_NOT_FOUND);
  CHECK(strstr(thaw_status_hint(status), "foo") != NULL);
  thaw_status_free(status);
}

static void test_restore(const thaw_checkpoint* checkpoint) {
  float bar = -1.0F;
  double foo = -1.0;
  thaw_request requests[2];
  thaw_options options;
  thaw_status* status;

  memset(requests, 0, sizeof requests);
  memset(&options, 0, sizeof options);
  options.threads = 2;
  requests[0].name = "bar";
  requests[0].buffer = &bar;
  requests[0].size = sizeof bar;
  requests[1].name = "foo";
  requests[1].buffer = &foo;
  requests[1].size = sizeof foo;
  requests[1].dtype = 2; /* float64 */
  status = thaw_restore(checkpoint, requests, 2, &options);
  CHECK(status == NULL);
  CHECK(requests[0].state == 1);
  CHECK(requests[1].state == 1);
  CHECK(bar == 1.0F);
  CHECK(foo == 1.0);

  requests[0].size = 3;
  bar = -1.0F;
  status = thaw_restore(checkpoint, requests, 2, NULL);
  CHECK(thaw_status_code(status) == THAW_INVALID_ARGUMENT);
  CHECK(strstr(thaw_status_message(status), "the buffer has 3 bytes") != NULL);
  CHECK(strcmp(thaw_status_tensor(status), "bar") == 0);
  CHECK(requests[0].state == 0);
  CHECK(bar == -1.0F);
  thaw_status_free(status);
}

static void test_failures(void) {
  thaw_checkpoint* none = NULL;
  thaw_status* status = thaw_open("no/such/checkpoint", &none);

  CHECK(none == NULL);
  CHECK(thaw_status_code(status) == THAW_NOT_FOUND);
  CHECK(strlen(thaw_status_message(status)) > 0);
  CHECK(thaw_status_shard(status) == -1);
  CHECK(thaw_status_offset(status) == -1);
  thaw_status_free(status);

  CHECK(thaw_status_code(NULL) == THAW_OK);
  CHECK(strcmp(thaw_status_message(NULL), "") == 0);
  CHECK(strcmp(thaw_status_file(NULL), "") == 0);
  CHECK(strcmp(thaw_dtype_name(1234), "invalid") == 0);
  thaw_status_free(NULL);
  thaw_close(NULL);
}

int main(int argc, char** argv) {
  thaw_checkpoint* checkpoint = NULL;

  if (argc != 2) return 2;
  CHECK(thaw_open(argv[1], &checkpoint) == NULL);
  if (checkpoint == NULL) return 1;
  test_listing(checkpoint);
  test_restore(checkpoint);
  thaw_close(checkpoint);
  test_failures();
  return failures == 0 ? 0 : 1;
}

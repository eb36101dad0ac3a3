/* A program in C, outside of the project: restores `bar` of the checkpoint in its first argument.
 */

#include <stdio.h>
#include <string.h>
#include <tensorthaw/thaw.h>

static int fail(thaw_status* status) {
  fprintf(stderr, "error %d: %s\n", thaw_status_code(status), thaw_status_message(status));
  thaw_status_free(status);
  return 1;
}

int main(int argc, char** argv) {
  thaw_checkpoint* checkpoint = NULL;
  thaw_status* status;
  thaw_request request;
  float bar = 0.0F;

  if (argc != 2) return 2;
  status = thaw_open(argv[1], &checkpoint);
  if (status != NULL) return fail(status);

  memset(&request, 0, sizeof request);
  request.name = "bar";
  request.buffer = &bar;
  request.size = sizeof bar;
  status = thaw_restore(checkpoint, &request, 1, NULL);
  thaw_close(checkpoint);
  if (status != NULL) return fail(status);

  printf("bar is %g\n", (double)bar);
  return bar == 1.0F ? 0 : 1;
}

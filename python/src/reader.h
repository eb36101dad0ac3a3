// CheckpointReader: what tf.train.load_checkpoint gives, for Python.
//
// Role in the flow: below tensorthaw/_checkpoints.py, over engine/load_checkpoint. Loading many
// tensors at once is loading.h's business.

#ifndef THAW_PYTHON_SRC_READER_H_
#define THAW_PYTHON_SRC_READER_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindReader(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_READER_H_

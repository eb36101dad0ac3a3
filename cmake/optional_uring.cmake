# Sets thaw_has_uring by THAW_WITH_URING and by what is there. Without liburing, reads past the page
# cache are carried out by threads.
set(thaw_has_uring FALSE)
if(THAW_WITH_URING STREQUAL "AUTO" OR THAW_WITH_URING)
  list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
  if(THAW_WITH_URING STREQUAL "AUTO")
    find_package(LibUring QUIET)
  else()
    find_package(LibUring REQUIRED)
  endif()
  set(thaw_has_uring ${LibUring_FOUND})
endif()

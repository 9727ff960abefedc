# plant(<bugs> <file> <original> <with the bugs>): in the copy of storage_core/storage/<file>. Bugs may share a place, and one may
#   need several. When an original is not found any more, the copy does not compile and says so: adapt the bug to the new code.
# planted_sources(<variable>): writes the copies and the list of bugs into the build folder.
function(plant bugs file original with_bug)
  get_property(text GLOBAL PROPERTY "planted_text_${file}")
  if("${text}" STREQUAL "")
    set(source ${CMAKE_SOURCE_DIR}/storage_core/storage/${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(READ ${source} text)
    set_property(GLOBAL APPEND PROPERTY planted_files ${file})
  endif()
  string(FIND "${text}" "${original}" at)
  string(FIND "${text}" "${original}" last REVERSE)
  if(at EQUAL -1 OR NOT at EQUAL last)
    set(text "#error planted bugs ${bugs}: its place in ${file} is not there (once) any more; see tests/simulation\n${text}")
  else()
    string(REPLACE "${original}" "${with_bug}" text "${text}")
  endif()
  set_property(GLOBAL PROPERTY "planted_text_${file}" "${text}")
  set_property(GLOBAL APPEND PROPERTY planted_bugs ${bugs})
endfunction()

# file(WRITE), but an unchanged file stays as old as it is.
function(write_if_different path text)
  set(old "")
  if(EXISTS ${path})
    file(READ ${path} old)
  endif()
  if(NOT "${old}" STREQUAL "${text}")
    file(WRITE ${path} "${text}")
  endif()
endfunction()

function(planted_sources variable)
  set(head "#include \"tests/simulation/planted.h\"\nusing yundisk::simulation::Planted;\n")
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/planted)
  set(sources "")
  get_property(files GLOBAL PROPERTY planted_files)
  foreach(file ${files})
    get_property(text GLOBAL PROPERTY "planted_text_${file}")
    write_if_different(${folder}/${file} "${head}${text}")
    list(APPEND sources ${folder}/${file})
  endforeach()
  get_property(bugs GLOBAL PROPERTY planted_bugs)
  list(REMOVE_DUPLICATES bugs)
  list(JOIN bugs "\", \"" names)
  write_if_different(${folder}/planted_bugs.cc "#include \"tests/simulation/planted.h\"
const std::vector<std::string>& yundisk::simulation::PlantedBugs() {
  static const std::vector<std::string> bugs{\"${names}\"};
  return bugs;
}
")
  set(${variable} ${sources} ${folder}/planted_bugs.cc PARENT_SCOPE)
endfunction()

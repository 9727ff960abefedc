# ${plant_set} names a set of bugs, ${plant_folder} the folder of its files; set both first.
# plant(<bugs> <file> <original> <with the bugs>): in the copy of ${plant_folder}/<file>. Bugs may share a place, and one may
#   need several. When an original is not found any more, the copy does not compile and says so: adapt the bug to the new code.
# found_by(<seed> <bug>...): that seed is tried first, for bugs that few seeds find.
# planted_sources(<variable>): writes the copies and the list of bugs into the build folder.
function(plant bugs file original with_bug)
  get_property(text GLOBAL PROPERTY "planted_${plant_set}_text_${file}")
  if("${text}" STREQUAL "")
    set(source ${CMAKE_SOURCE_DIR}/${plant_folder}/${file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(READ ${source} text)
    set_property(GLOBAL APPEND PROPERTY planted_${plant_set}_files ${file})
  endif()
  string(FIND "${text}" "${original}" at)
  string(FIND "${text}" "${original}" last REVERSE)
  if(at EQUAL -1 OR NOT at EQUAL last)
    set(text "#error planted bugs ${bugs}: its place in ${file} is not there (once) any more; see tests/simulation\n${text}")
  else()
    string(REPLACE "${original}" "${with_bug}" text "${text}")
  endif()
  set_property(GLOBAL PROPERTY "planted_${plant_set}_text_${file}" "${text}")
  set_property(GLOBAL APPEND PROPERTY planted_${plant_set}_bugs ${bugs})
endfunction()

function(found_by seed)
  foreach(bug ${ARGN})
    set_property(GLOBAL APPEND_STRING PROPERTY planted_${plant_set}_seeds "{\"${bug}\", ${seed}}, ")
  endforeach()
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
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/planted/${plant_set})
  set(sources "")
  get_property(files GLOBAL PROPERTY planted_${plant_set}_files)
  foreach(file ${files})
    get_property(text GLOBAL PROPERTY "planted_${plant_set}_text_${file}")
    write_if_different(${folder}/${file} "${head}${text}")
    list(APPEND sources ${folder}/${file})
  endforeach()
  get_property(bugs GLOBAL PROPERTY planted_${plant_set}_bugs)
  list(REMOVE_DUPLICATES bugs)
  list(JOIN bugs "\", \"" names)
  get_property(seeds GLOBAL PROPERTY planted_${plant_set}_seeds)
  write_if_different(${folder}/planted_bugs.cc "#include \"tests/simulation/planted.h\"
const std::vector<std::string>& yundisk::simulation::PlantedBugs() {
  static const std::vector<std::string> bugs{\"${names}\"};
  return bugs;
}
const std::map<std::string, std::uint64_t>& yundisk::simulation::SeedsThatFind() {
  static const std::map<std::string, std::uint64_t> seeds{${seeds}};
  return seeds;
}
")
  set(${variable} ${sources} ${folder}/planted_bugs.cc PARENT_SCOPE)
endfunction()

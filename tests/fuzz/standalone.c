/* Runs one fuzz target over the files and folders given: so each corpus is a test in every build. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return -1;
	}
	static uint8_t bytes[1 << 20];
	size_t len = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	uint8_t *exact = malloc(len + (len == 0));      /* so that ASan sees one octet too far */
	if (exact == NULL)
		return -1;
	memcpy(exact, bytes, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 1;
}

static int run_folder(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort), ran = 0;
	if (n < 0) {
		perror(path);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		char file[4096];
		snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
		int rc = entries[i]->d_name[0] == '.' ? 0 : run_file(file);
		ran = rc < 0 || ran < 0 ? -1 : ran + rc;
		free(entries[i]);
	}
	free(entries);
	return ran;
}

int main(int argc, char **argv)
{
	int ran = 0;
	for (int i = 1; i < argc; i++) {
		struct stat st;
		int rc = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode) ? run_folder(argv[i]) : run_file(argv[i]);
		if (rc < 0)
			return 1;
		ran += rc;
	}
	printf("%d inputs\n", ran);
	return ran == 0;        /* an empty corpus tests nothing */
}

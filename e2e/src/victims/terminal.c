/* terminal: a shell job whose terminal belongs to a shell outside of the tree; its settings and descriptors are kept. */
#include "victim.h"
#include <termios.h>

static int again;

static void prepare(void)
{
	struct termios settings;

	REQUIRE(isatty(0) && isatty(1), "it was not started on a terminal");
	MUST(tcgetattr(0, &settings));
	settings.c_lflag &= ~(ECHO | ICANON);
	settings.c_cc[VMIN] = 7;
	MUST(tcsetattr(0, TCSANOW, &settings));
	MUST(again = open(ttyname(0), O_RDONLY | O_NONBLOCK | O_NOCTTY));
}

static void verify(void)
{
	struct termios settings;
	char text[8] = "";

	REQUIRE(isatty(0) && isatty(1) && isatty(again), "a descriptor is no terminal any more");
	REQUIRE(tcgetsid(0) == getsid(0), "the terminal is that of session %d, and it is in %d", tcgetsid(0), getsid(0));
	MUST(tcgetattr(0, &settings));
	REQUIRE(!(settings.c_lflag & (ECHO | ICANON)) && settings.c_cc[VMIN] == 7, "the settings are lost");
	REQUIRE(fcntl(again, F_GETFL) & O_NONBLOCK, "O_NONBLOCK is lost");
	REQUIRE(!(fcntl(0, F_GETFL) & O_NONBLOCK), "O_NONBLOCK came to all");
	MUST(dprintf(1, "written by the restored job\n"));
	MUST(open("/dev/tty", O_RDWR));
	while (read(0, text, 7) < 0 && errno == EINTR)
		;
	REQUIRE(strcmp(text, "typed!\n") == 0, "it reads '%s'", text);
}

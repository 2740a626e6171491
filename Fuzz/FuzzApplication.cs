// The entry point of the Fuzz application. It only parses the command line and maps the outcome to an exit code; every
// command lives in its own type, so that tests can call it without a process.
namespace Managarm.Perf.Fuzz;

internal static class FuzzApplication
{
    private static int Main()
    {
        Console.Error.WriteLine("Managarm.Perf.Fuzz has no command yet.");
        return 2;
    }
}

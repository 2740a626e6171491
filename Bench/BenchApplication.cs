// The entry point of the Bench application. It only parses the command line and maps the outcome to an exit code; every
// command lives in its own type, so that tests can call it without a process.
namespace Managarm.Perf.Bench;

internal static class BenchApplication
{
    private static int Main()
    {
        Console.Error.WriteLine("Managarm.Perf.Bench has no command yet.");
        return 2;
    }
}

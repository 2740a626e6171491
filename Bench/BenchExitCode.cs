// What the exit codes of the applications mean. They are part of the interface: scripts and gates read nothing else.

namespace Managarm.Perf.Bench;

/// <summary>Exit codes of the Bench application.</summary>
internal static class BenchExitCode
{
    /// <summary>All went well.</summary>
    internal const int Clean = 0;

    /// <summary>Something was found that should not be: an allocation, a difference, a slow-down, a missed gate.</summary>
    internal const int Findings = 1;

    /// <summary>The command line or an input is wrong; one line says what and where.</summary>
    internal const int BadUsage = 2;

    /// <summary>The environment lacks something, be it a quiet machine; one line says what.</summary>
    internal const int MissingPrerequisite = 3;

    /// <summary>A bug in the tool itself.</summary>
    internal const int ToolBug = 4;

    /// <summary>A signal ended it before its time; what was finished was reported.</summary>
    internal const int Interrupted = 130;
}

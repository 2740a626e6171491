// Exit codes are part of the interface: CI decides by them, so they never change their meaning.

namespace Managarm.Perf.Results.Commands;

/// <summary>Exit codes of the application.</summary>
public static class CommandExit
{
    /// <summary>Nothing was found.</summary>
    public const int Clean = 0;

    /// <summary>Something new was found.</summary>
    public const int Findings = 1;

    /// <summary>The command line or an input file is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The environment lacks something.</summary>
    public const int Environment = 3;

    /// <summary>The tool itself has a bug.</summary>
    public const int ToolBug = 4;

    /// <summary>Interrupted by a signal, after saving.</summary>
    public const int Interrupted = 130;
}

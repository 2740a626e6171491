// Verify is the tool's own assertion, as opposed to World.Panic, which is a failed assertion of the modelled system and therefore
// a finding. A failed Verify means that Managarm.Perf itself is wrong: it throws, the command line turns it into exit code 4.
// A stale handle is the one case in which the place does not say whose fault it is: used by a step of the model it is a lifetime
// error of the modelled system, and the scheduler makes a panic of it; used by anybody else it is ours.

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core.Memory;

/// <summary>Assertions about the tool itself; always on.</summary>
public static class Verify
{
    /// <summary>Fails unless a condition holds.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="message">What is wrong otherwise.</param>
    /// <exception cref="ToolBugException">The condition does not hold.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            Fail(message);
        }
    }

    /// <summary>Fails.</summary>
    /// <param name="message">What is wrong.</param>
    /// <exception cref="ToolBugException">Always.</exception>
    [DoesNotReturn]
    [StackTraceHidden]
    public static void Fail(string message) => throw new ToolBugException(message);
}

/// <summary>A bug in Managarm.Perf itself, never in the modelled system.</summary>
/// <param name="message">What is wrong.</param>
public class ToolBugException(string message) : Exception(message);

/// <summary>An object was used after it was freed. Within a step of the model the scheduler catches it and ends the run as a
/// finding; whoever else lets it through has a bug.</summary>
public sealed class StaleHandleException() : ToolBugException("stale handle used without a check")
{
    /// <summary>Fails.</summary>
    /// <exception cref="StaleHandleException">Always.</exception>
    [DoesNotReturn]
    [StackTraceHidden]
    internal static void Throw() => throw new StaleHandleException();
}

// Verify is the tool's own assertion, as opposed to World.Panic, which is a failed assertion of the modelled system and therefore
// a finding. A failed Verify means that Managarm.Perf itself is wrong: it throws, the command line turns it into exit code 4.

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Managarm.Perf.Core;

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
public sealed class ToolBugException(string message) : Exception(message);

// The signals of the model with their Linux x86-64 numbers. Few are enough: two user signals that terminate by default,
// the ones that are ignored by default (a server must not cancel a call for them), the one nobody can catch, the one a
// pipe sends, and two real-time signals, whose numbers lie beyond 32 where shifts of an int go wrong.

namespace Managarm.Perf.Core.Calls;

/// <summary>A Linux signal number.</summary>
public enum SignalNumber : byte
{
    /// <summary>No signal.</summary>
    None = 0,

    /// <summary>Hang-up; terminates by default.</summary>
    Hup = 1,

    /// <summary>Interrupt from the keyboard; terminates by default.</summary>
    Int = 2,

    /// <summary>Terminates; can be neither caught, ignored nor blocked.</summary>
    Kill = 9,

    /// <summary>First user signal; terminates by default.</summary>
    Usr1 = 10,

    /// <summary>Second user signal; terminates by default.</summary>
    Usr2 = 12,

    /// <summary>A write to a pipe that nobody reads; terminates by default.</summary>
    Pipe = 13,

    /// <summary>Timer; terminates by default.</summary>
    Alrm = 14,

    /// <summary>Termination request; terminates by default.</summary>
    Term = 15,

    /// <summary>A child ended; ignored by default.</summary>
    Chld = 17,

    /// <summary>Urgent data; ignored by default.</summary>
    Urg = 23,

    /// <summary>The window changed; ignored by default.</summary>
    Winch = 28,

    /// <summary>First real-time signal of applications; terminates by default, queued.</summary>
    Rt0 = 34,

    /// <summary>Second real-time signal of applications; terminates by default, queued.</summary>
    Rt1 = 35,
}

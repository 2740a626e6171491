// Gives every error number its name and a dense index, so that a set of them fits one 32-bit word.
// The order of the rows is part of the byte format: a new number goes to the end.

namespace Managarm.Perf.Core.Calls;

/// <summary>Names and dense indices of <see cref="Errno"/>.</summary>
public static class ErrnoTable
{
    private static readonly Errno[] Numbers =
    [
        Errno.EPERM, Errno.ENOENT, Errno.ESRCH, Errno.EINTR, Errno.EIO, Errno.ENXIO, Errno.EBADF, Errno.ECHILD, Errno.EAGAIN,
        Errno.ENOMEM, Errno.EFAULT, Errno.EBUSY, Errno.ENODEV, Errno.EINVAL, Errno.ENFILE, Errno.EMFILE, Errno.ENOTTY,
        Errno.ENOSPC, Errno.ESPIPE, Errno.EPIPE, Errno.EDEADLK, Errno.ENOSYS, Errno.ECONNRESET, Errno.ENOBUFS, Errno.ENOTCONN,
        Errno.ETIMEDOUT, Errno.ECONNREFUSED, Errno.ECANCELED,
    ];

    private static readonly string[] Names =
    [
        "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "EBADF", "ECHILD", "EAGAIN",
        "ENOMEM", "EFAULT", "EBUSY", "ENODEV", "EINVAL", "ENFILE", "EMFILE", "ENOTTY",
        "ENOSPC", "ESPIPE", "EPIPE", "EDEADLK", "ENOSYS", "ECONNRESET", "ENOBUFS", "ENOTCONN",
        "ETIMEDOUT", "ECONNREFUSED", "ECANCELED",
    ];

    /// <summary>The number of rows; at most 32.</summary>
    public static int Count => Numbers.Length;

    /// <summary>The error number in row <paramref name="index"/>.</summary>
    public static Errno At(int index) => Numbers[index];

    /// <summary>The name in row <paramref name="index"/>, such as <c>EINTR</c>.</summary>
    public static string NameAt(int index) => Names[index];

    /// <summary>The row of <paramref name="errno"/>, or -1 when it has none.</summary>
    public static int IndexOf(Errno errno)
    {
        for (var i = 0; i < Numbers.Length; i++)
        {
            if (Numbers[i] == errno)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The row with this exact name, or -1.</summary>
    public static int IndexOf(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The name of <paramref name="errno"/>, or <c>?</c> when it has no row.</summary>
    public static string Name(Errno errno)
    {
        var index = IndexOf(errno);
        return index < 0 ? "?" : Names[index];
    }
}

using Takt.Protocols.Problems;

namespace Takt.Doors.Errors;

/// <summary>What the registry does not have is 404 here: the address was well formed, there is just nothing behind it.</summary>
static class Found
{
    /// <summary>Looks something up.</summary>
    public static T Or404<T>(Func<T> lookUp)
    {
        try
        {
            return lookUp();
        }
        catch (InputException missing)
        {
            throw new StatusException(new Failure(StatusCodes.Status404NotFound, missing.Problems));
        }
    }
}
